import { booleanSetting, choiceSetting, numberSetting, type SettingValues } from "../kit/vendor/setting-table.js";
import { digestAlgorithms } from "./authentication/digest-algorithms.js";

/**
 * Where the behaviour of TiDB Cloud is not documented, or where tests want it otherwise. The first choice, or the preset,
 * is what is known or most likely (tidbcloud/tidbcloud-cli 19aea6a, docs.pingcap.com; read 2026-05).
 */
export const settingTable = {
  digestAlgorithm: choiceSetting(digestAlgorithms, "algorithm of the digest challenge"),
  digestSecondAlgorithm: choiceSetting(
    ["none", ...digestAlgorithms],
    "algorithm of a second challenge beside the first",
  ),
  digestQop: choiceSetting(["auth", "auth,auth-int", "auth-int", "none"], "qop values of the challenge; none: no qop"),
  digestOpaque: booleanSetting(false, "the challenge has an opaque value that must come back"),
  digestNextNonce: booleanSetting(false, "responses carry Authentication-Info with the nonce to use next"),
  digestSaysStale: booleanSetting(true, "the challenge says stale=true when only the nonce was at fault"),
  nonceLifetimeSeconds: numberSetting(300, [1, 86_400], "how long a nonce may be used"),
  nonceUse: choiceSetting(
    ["unique", "rising", "once", "any"],
    "unique: no nc twice; rising: each nc above the last; once: one request per nonce; any: nc is not checked",
  ),
  rateLimitPerMinute: numberSetting(100, [1, 1_000_000], "requests a minute per API key"),
  rateLimitCountsRefused: booleanSetting(false, "requests that get 401 count too"),

  creatingFields: choiceSetting(
    ["empty", "absent", "object"],
    "host, port and userPrefix until they are known: empty strings and 0, absent, or endpoints of empty objects",
  ),
  lateFieldsMs: numberSetting(0, [0, 3_600_000], "milliseconds by which host and userPrefix come after ACTIVE"),
  deletionMs: numberSetting(0, [0, 3_600_000], "milliseconds that a cluster is DELETING at least"),
  createEndsIn: choiceSetting(["ACTIVE", "INACTIVE", "DELETED"], "state in which a cluster's creation ends"),
  fields: choiceSetting(["full", "sparse"], "sparse: no spending limit of 0, no disabled, no private endpoint"),
  omittedView: choiceSetting(["FULL", "BASIC"], "view when a request names none"),
  unknownFields: booleanSetting(false, "responses have fields that no specification knows"),
  unknownState: booleanSetting(
    false,
    "clusters pass a state that no specification knows in the second half of CREATING",
  ),

  missingCluster: choiceSetting(["404", "403"], "status for a cluster that is gone or never was"),
  duplicateNames: choiceSetting(["allowed", "refused"], "refused: 409 for a display name that is in use"),
  createKeepsLabels: booleanSetting(true, "labels given at create are kept"),
  branchKeepsPassword: booleanSetting(true, "the root password given at the creation of a branch is kept"),
  labelUpdate: choiceSetting(["merge", "replace"], "what a PATCH of labels does with those that it does not name"),
  commaMasks: choiceSetting(["accepted", "refused"], "an updateMask of several paths"),
  changeWhileCreating: choiceSetting(["refused", "accepted"], "PATCH and PUT while a cluster is CREATING"),
  planSwitch: choiceSetting(["refused", "accepted"], "a PATCH from Starter to Essential or back"),
  passwordClasses: booleanSetting(false, "a root password needs a lower-case and an upper-case letter and a digit"),
  freeClusters: numberSetting(5, [0, 1000], "Starter clusters without a spending limit"),
  quotaAnswer: choiceSetting(["400/9", "400/8", "403/8", "403/9"], "status and code for one free cluster too many"),
  unknownProject: choiceSetting(["400/3", "403/7"], "status and code for a project that does not exist"),
};

/** Values of {@link settingTable}. */
export type TidbSettings = SettingValues<typeof settingTable>;
