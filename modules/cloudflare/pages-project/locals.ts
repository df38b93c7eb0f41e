import type { Output } from "@pulumi/pulumi";
import {
  CloudflarePagesProjectSpec_AdoptionPolicy as AdoptionPolicy,
  type CloudflarePagesProjectSpec_BuildConfig,
  type CloudflarePagesProjectSpec_Source,
  type CloudflarePagesProjectStackInput,
  CloudflarePagesProjectSpec_Source_PreviewSetting as PreviewSetting,
  CloudflarePagesProjectSpec_Source_Type as SourceType,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_pages_project_pb.js";
import type { LocalPath, ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";
import { type EnvironmentValues, environmentOf } from "./environment.js";

/** A domain under which production is served. */
export interface PagesDomainValues {
  readonly domain: string;
  /** Of the zone that its record is made in; undefined: none is. */
  readonly zoneId: Output<string> | undefined;
}

interface BuildConfig {
  readonly buildCommand?: string | undefined;
  readonly destinationDir?: string | undefined;
  readonly rootDir?: string | undefined;
  readonly buildCaching?: boolean | undefined;
  readonly webAnalyticsTag?: string | undefined;
  readonly webAnalyticsToken?: string | undefined;
}

interface RepositorySource {
  readonly type: string;
  readonly config: {
    readonly owner: string;
    readonly repoName: string;
    readonly productionBranch: string;
    readonly prCommentsEnabled: boolean;
    readonly productionDeploymentsEnabled: boolean;
    readonly previewDeploymentSetting: string;
    readonly previewBranchIncludes: string[];
    readonly previewBranchExcludes: string[];
    readonly pathIncludes: string[];
    readonly pathExcludes: string[];
  };
}

/** The values of a project. */
export interface PagesProjectLocals {
  readonly accountId: string;
  readonly name: string;
  readonly productionBranch: string;
  readonly buildConfig: BuildConfig | undefined;
  readonly source: RepositorySource | undefined;
  /** The folder that is published. */
  readonly upload: LocalPath | undefined;
  /** True when the stack makes a deployment. */
  readonly isDeployed: boolean;
  readonly production: EnvironmentValues;
  readonly preview: EnvironmentValues;
  readonly domains: readonly PagesDomainValues[];
  readonly deployOnChange: boolean;
  /** In the plugin's words. */
  readonly adoptionPolicy: string;
  readonly owner: string;
}

/** Type token of a project. */
export const projectType = "cloudflare:index/pagesProject:PagesProject";

/** The values of a project's manifest. Throws E_RULE_VIOLATED when it would be deployed in a way it was not made for. */
export function locals(input: CloudflarePagesProjectStackInput, context: ModuleContext): PagesProjectLocals {
  const spec = present(input.target?.spec, "target.spec");
  const productionBranch = present(spec.productionBranch, "target.spec.production_branch");
  const values = {
    accountId: context.account(),
    name: spec.projectName ?? context.resourceName,
    productionBranch,
    buildConfig: spec.buildConfig && buildConfigOf(spec.buildConfig),
    source: spec.source && sourceOf(spec.source, productionBranch),
    // A refresh and a destroy may run where the folder is not.
    upload: spec.upload === undefined || !context.appliesManifest ? undefined : context.localPath(spec.upload),
    isDeployed: spec.upload !== undefined || spec.source !== undefined,
    production: environmentOf(spec.deploymentConfigs?.production, context),
    preview: environmentOf(spec.deploymentConfigs?.preview, context),
    domains: spec.domains.map(({ domain, zoneId }) => ({ domain, zoneId: context.input(zoneId) })),
    deployOnChange: spec.deployOnChange ?? true,
    adoptionPolicy: spec.adoptionPolicy === AdoptionPolicy.adopt_if_found ? "adopt" : "failIfFound",
    owner: context.owner,
  };
  if (context.appliesManifest) refuseOtherSource(values, context);
  return values;
}

function buildConfigOf({ $typeName: _, ...config }: CloudflarePagesProjectSpec_BuildConfig): BuildConfig {
  return config;
}

function sourceOf({ type, config }: CloudflarePagesProjectSpec_Source, productionBranch: string): RepositorySource {
  const { owner, repoName, prCommentsEnabled, productionDeploymentsEnabled, ...lists } = present(
    config,
    "target.spec.source.config",
  );
  const setting = present(lists.previewDeploymentSetting, "target.spec.source.config.preview_deployment_setting");
  return {
    type: SourceType[type],
    config: {
      owner,
      repoName,
      productionBranch,
      prCommentsEnabled: prCommentsEnabled ?? true,
      productionDeploymentsEnabled: productionDeploymentsEnabled ?? true,
      previewDeploymentSetting: PreviewSetting[setting],
      previewBranchIncludes: lists.previewBranchIncludes,
      previewBranchExcludes: lists.previewBranchExcludes,
      pathIncludes: lists.pathIncludes,
      pathExcludes: lists.pathExcludes,
    },
  };
}

/**
 * A project is made for a repository or for uploads, and stays so: Cloudflare does not change it
 * (developers.cloudflare.com/pages/get-started/direct-upload, read 2026-11).
 */
function refuseOtherSource(
  { name, source }: Pick<PagesProjectLocals, "name" | "source">,
  context: ModuleContext,
): void {
  const held = context.inState(projectType).find(({ inputs }) => inputs["name"] === name);
  if (held === undefined || (held.inputs["source"] === undefined) === (source === undefined)) return;
  const was = source === undefined ? "a repository" : "uploads";
  throw new PlantonError({
    code: "E_RULE_VIOLATED",
    message: `the project "${name}" was made for ${was}, and Cloudflare does not change that`,
    hint: "give spec.project_name another name, which makes a new project, or write spec.source as it was",
  });
}
