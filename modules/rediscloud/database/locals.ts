import type { Output } from "@pulumi/pulumi";
import {
  RedisCloudDatabaseSpec_Alert_Name as AlertName,
  RedisCloudDatabaseSpec_DataEviction as Eviction,
  RedisCloudDatabaseSpec_DataPersistence as Persistence,
  RedisCloudDatabaseSpec_Protocol as Protocol,
  type RedisCloudDatabaseSpec_Essentials,
  type RedisCloudDatabaseStackInput,
} from "../../../apis/gen/es/planton/rediscloud/v1/redis_cloud_database_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The values of a subscription. */
export interface SubscriptionLocals {
  readonly name: string;
  readonly planId: number;
  /** In Redis Cloud's words; undefined for a free plan. */
  readonly paymentMethod: string | undefined;
  readonly paymentMethodId: number | undefined;
}

/** The values of a database. Words are Redis Cloud's. */
export interface DatabaseLocals {
  /** The subscription to make; undefined: there is one. */
  readonly subscription: SubscriptionLocals | undefined;
  /** Id of the one that is there. */
  readonly subscriptionId: Output<string> | undefined;
  readonly name: string;
  readonly protocol: string;
  readonly dataPersistence: string;
  readonly dataEviction: string;
  readonly replication: boolean;
  readonly sourceIps: readonly string[];
  readonly enableTls: boolean;
  /** Undefined: Redis Cloud makes one. */
  readonly password: Output<string> | undefined;
  readonly enableDefaultUser: boolean;
  readonly alerts: readonly { readonly name: string; readonly value: number }[];
  readonly owner: string;
}

function paymentMethod({ creditCardId, marketplace }: RedisCloudDatabaseSpec_Essentials): string | undefined {
  if (creditCardId !== undefined) return "credit-card";
  return marketplace === true ? "marketplace" : undefined;
}

/** The name of an enum's value as Redis Cloud writes it. */
const withDashes = (name: string): string => name.replaceAll("_", "-");

/** The values of a database manifest. */
export function locals(input: RedisCloudDatabaseStackInput, context: ModuleContext): DatabaseLocals {
  const spec = present(input.target?.spec, "target.spec");
  const { essentials } = spec;
  const name = spec.databaseName ?? context.resourceName;
  return {
    subscription: essentials && {
      name: essentials.subscriptionName ?? name,
      planId: essentials.planId,
      paymentMethod: paymentMethod(essentials),
      paymentMethodId: essentials.creditCardId,
    },
    subscriptionId: context.input(spec.existingSubscriptionId),
    name,
    protocol: Protocol[present(spec.protocol, "target.spec.protocol")],
    dataPersistence: withDashes(Persistence[present(spec.dataPersistence, "target.spec.data_persistence")]),
    dataEviction: withDashes(Eviction[present(spec.dataEviction, "target.spec.data_eviction")]),
    replication: present(spec.replication, "target.spec.replication"),
    sourceIps: spec.sourceIps,
    enableTls: present(spec.enableTls, "target.spec.enable_tls"),
    password: context.input(spec.password),
    enableDefaultUser: present(spec.enableDefaultUser, "target.spec.enable_default_user"),
    alerts: spec.alerts.map((alert) => ({ name: withDashes(AlertName[alert.name]), value: alert.value })),
    owner: context.owner,
  };
}
