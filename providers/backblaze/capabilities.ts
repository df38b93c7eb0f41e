/** Capabilities that a key of one bucket may have (backblaze.com/apidocs/b2-create-key, read 2026-12). */
const bucketCapabilities = [
  ...["listAllBucketNames", "listBuckets", "readBuckets", "readBucketEncryption", "writeBucketEncryption"],
  ...["readBucketRetentions", "writeBucketRetentions", "readBucketReplications", "writeBucketReplications"],
  ...["readBucketNotifications", "writeBucketNotifications", "readBucketLogging", "writeBucketLogging"],
  ...["listFiles", "readFiles", "shareFiles", "writeFiles", "deleteFiles", "readFileLegalHolds"],
  ...["writeFileLegalHolds", "readFileRetentions", "writeFileRetentions", "bypassGovernance"],
];

/** Capabilities that are power over the whole account: of its keys and of all its buckets. */
const accountCapabilities = ["listKeys", "writeKeys", "deleteKeys", "writeBuckets", "deleteBuckets"];

/** All capabilities, in B2's words. */
export const capabilities: readonly string[] = [...accountCapabilities, ...bucketCapabilities];

/** Whether a capability is one that no key of one bucket has. */
export function isForAccount(capability: string): boolean {
  return accountCapabilities.includes(capability);
}
