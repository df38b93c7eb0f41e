import {
  type DigitalOceanDatabaseUserSpec_Settings,
  type DigitalOceanDatabaseUserStackInput,
  DigitalOceanDatabaseUserSpec_Settings_KafkaAcl_Permission as KafkaPermission,
  DigitalOceanDatabaseUserSpec_MysqlAuthPlugin as MysqlAuthPlugin,
  DigitalOceanDatabaseUserSpec_Settings_OpensearchAcl_Permission as OpensearchPermission,
} from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_user_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { type EngineNeed, type ParentCluster, parentCluster } from "../_shared/parent-cluster.js";

/** What a user may do, as the SDK takes it: one of the two lists is filled. */
export interface UserSettings {
  readonly acls: readonly { readonly topic: string; readonly permission: string }[];
  readonly opensearchAcls: readonly { readonly index: string; readonly permission: string }[];
}

/** The values of a database user. */
export interface DatabaseUserLocals {
  readonly cluster: ParentCluster;
  readonly name: string;
  /** In DigitalOcean's words; undefined leaves it to the vendor. */
  readonly mysqlAuthPlugin: string | undefined;
  /** Undefined leaves it as it is at DigitalOcean. */
  readonly settings: UserSettings | undefined;
}

/** The values of a database user manifest. */
export function locals(input: DigitalOceanDatabaseUserStackInput, context: ModuleContext): DatabaseUserLocals {
  const spec = present(input.target?.spec, "target.spec");
  const { mysqlAuthPlugin, settings } = spec;
  const needs: readonly EngineNeed[] = [
    { what: "a database user", engines: ["pg", "mysql", "mongodb", "kafka", "opensearch"] },
    ...(mysqlAuthPlugin === undefined ? [] : [{ what: "mysql_auth_plugin", engines: ["mysql"] }]),
    ...(settings?.kafkaAcls.length ? [{ what: "settings.kafka_acls", engines: ["kafka"] }] : []),
    ...(settings?.opensearchAcls.length ? [{ what: "settings.opensearch_acls", engines: ["opensearch"] }] : []),
  ];
  return {
    cluster: parentCluster(spec.cluster, context, needs),
    name: spec.userName ?? context.resourceName,
    mysqlAuthPlugin: mysqlAuthPlugin === undefined ? undefined : MysqlAuthPlugin[mysqlAuthPlugin],
    settings: settings && userSettings(settings),
  };
}

function userSettings({ kafkaAcls, opensearchAcls }: DigitalOceanDatabaseUserSpec_Settings): UserSettings {
  return {
    acls: kafkaAcls.map(({ topic, permission }) => ({ topic, permission: KafkaPermission[permission] })),
    opensearchAcls: opensearchAcls.map(({ index, permission }) => ({
      index,
      permission: OpensearchPermission[permission],
    })),
  };
}
