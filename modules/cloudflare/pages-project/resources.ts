import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import { PagesDomain } from "@pulumi/cloudflare/pagesDomain.js";
import { PagesProject } from "@pulumi/cloudflare/pagesProject.js";
import { all, secret } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import { PagesDeployment, PagesDeploymentConfig } from "../../gen/resources/planton-cloudflare.js";
import { type PagesProjectLocals, projectType } from "./locals.js";

/** The resources of the kind. */
export interface PagesProjectResources {
  readonly project: PagesProject;
  readonly config: PagesDeploymentConfig;
  /** Undefined when the project is deployed from elsewhere. */
  readonly deployment: PagesDeployment | undefined;
}

/**
 * Makes the project, what it is deployed with, its deployment and its domains. The official plugin never has variables and
 * bindings: it writes later ones as {} (docs/decisions/0009-own-plugin-beside-the-official-one.md).
 */
export function resources(locals: PagesProjectLocals, context: ModuleContext): PagesProjectResources {
  const { accountId, name, productionBranch, source, production, preview, owner } = locals;
  const buildConfig = locals.buildConfig ?? formerBuildConfig(context);
  const project = new PagesProject(
    context.name,
    {
      accountId,
      name,
      productionBranch,
      ...(source === undefined ? {} : { source }),
      ...(buildConfig === undefined ? {} : { buildConfig: withSecretToken(buildConfig) }),
    },
    context.primary(),
  );
  const own = { provider: context.providerOf("planton-cloudflare") };
  const place = { accountId, projectName: project.name };
  const config = new PagesDeploymentConfig(
    `${context.name}-config`,
    {
      ...place,
      production: production.config,
      preview: preview.config,
      productionSecrets: production.secrets,
      previewSecrets: preview.secrets,
      adoptionPolicy: locals.adoptionPolicy,
      owner,
    },
    context.companion("-config", own),
  );
  const deployment = deploymentOf(locals, { place, config, options: context.companion("-deployment", own), context });
  for (const { domain, zoneId } of locals.domains) {
    const suffix = `-domain-${domain}`;
    const record =
      zoneId === undefined
        ? undefined
        : new DnsRecord(
            `${context.name}${suffix}-record`,
            { zoneId, name: domain, type: "CNAME", content: project.subdomain, ttl: 1, proxied: true },
            // A name may have one CNAME record.
            context.companion(`${suffix}-record`, { deleteBeforeReplace: true }),
          );
    const order = { deleteBeforeReplace: true, ...(record === undefined ? {} : { dependsOn: record }) };
    new PagesDomain(
      `${context.name}${suffix}`,
      { accountId, projectName: project.name, name: domain },
      context.companion(suffix, order),
    );
  }
  return { project, config, deployment };
}

interface DeploymentParts {
  readonly place: Pick<ConstructorParameters<typeof PagesDeployment>[1], "accountId" | "projectName">;
  readonly config: PagesDeploymentConfig;
  readonly options: ReturnType<ModuleContext["companion"]>;
  readonly context: ModuleContext;
}

/** Of the folder, or of the repository's production branch; made anew when either, or the configuration, is another one. */
function deploymentOf(
  { upload, isDeployed, source, productionBranch, deployOnChange, owner }: PagesProjectLocals,
  { place, config, options, context }: DeploymentParts,
): PagesDeployment | undefined {
  if (!isDeployed) return undefined;
  const folder = upload === undefined ? {} : { upload: upload.path, root: upload.root };
  const content = source === undefined ? folder : { branch: productionBranch };
  const deployment = new PagesDeployment(
    `${context.name}-deployment`,
    { ...place, ...content, configHash: config.productionHash, deployOnChange, owner },
    options,
  );
  // `configHash` is what it was made with.
  all([config.productionHash, deployment.configHash]).apply(([wanted, live]) => {
    if (live !== undefined && wanted !== live)
      context.warn("production has another configuration, which takes effect with its next deployment");
  });
  return deployment;
}

type BuildConfig = NonNullable<PagesProjectLocals["buildConfig"]>;

function withSecretToken({ webAnalyticsToken: token, ...config }: BuildConfig) {
  return token === undefined ? config : { ...config, webAnalyticsToken: secret(token) };
}

/** The plugin keeps a build configuration that is given no more, so that it is emptied. */
function formerBuildConfig(context: ModuleContext): BuildConfig | undefined {
  const wasGiven = context.inState(projectType).some(({ inputs }) => inputs["buildConfig"] !== undefined);
  return wasGiven ? { buildCommand: "", destinationDir: "", rootDir: "", buildCaching: false } : undefined;
}
