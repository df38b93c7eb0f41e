import type { VendorHint } from "../contract/vendor.js";
import { errorPattern } from "../http/error-message.js";

const sizes = [
  "sizes by engine (DigitalOcean OpenAPI document, revision 7c1300c4; newer ones: GET /v2/databases/options):",
  "  pg, mysql    db-s-*, db-intel-*, db-amd-*, gd-*, so1_5-*; those with 1 GB for a single node only",
  "  mongodb      db-s-*, gd-*, so1_5-*",
  "  valkey       db-s-*, m-*; db-s-1vcpu-1gb for a single node only",
  "  kafka        3 nodes: db-s-2vcpu-2gb, db-s-2vcpu-4gb, gd-2vcpu-8gb, gd-4vcpu-16gb; more: the two gd-*",
  "  opensearch   1 node: from db-s-1vcpu-2gb; 3: from db-s-2vcpu-4gb; more: gd-*, m3-*",
].join("\n");

const versions =
  'versions that were on offer: pg "17" to "13", mysql "8", mongodb "7.0" and "6.0", valkey "8", kafka "3.8", opensearch "2" and "1"; today\'s: GET /v2/databases/options';

const vpc =
  "vpc must be the id of a VPC (a UUID, not a name or urn) in the cluster's region and account; the output vpc_id of a DigitalOceanVpc stack is one";

/** An error of what a cluster holds, by the paths of its sorts: `pools|users`. */
const ofParts = (collections: string, status: string, text = ""): RegExp =>
  new RegExp(`/v2/databases/[^/\\s]+/(?:${collections})(?:/[^\\s:]+)?: ${status}\\b.*(?:${text})`, "i");

const parts = "dbs|pools|replicas|users";

/** What to do about DigitalOcean's messages; the first match wins, so the exact ones come first. */
export const hints: readonly VendorHint[] = [
  {
    pattern: /error creating DatabaseFirewall\b/i,
    isBeside: true,
    hint: "until its list of trusted sources is set the cluster may be open to the whole internet: correct the rules and run up again, or destroy the cluster",
  },
  {
    pattern: /deleting [^:]*: .*: 404\b/i,
    hint: "DigitalOcean has it no more: an earlier request may have deleted it and its response was lost; run the command again: planton reads first what there is (with pulumi alone: pulumi refresh)",
  },
  {
    pattern: errorPattern({ status: 401, anywhere: /unable to authenticate you/ }),
    hint: "DigitalOcean refuses the token: check DIGITALOCEAN_TOKEN or the credential, or make a new one: https://cloud.digitalocean.com/account/api/tokens",
  },
  {
    pattern: errorPattern({ text: /(invalid|unsupported|unknown) (cluster )?(engine )?version|cannot be upgraded/ }),
    hint: versions,
  },
  { pattern: /redis cluster creates/i, hint: "write engine: valkey" },
  {
    pattern: ofParts(parts, "4\\d\\d", "already exists|not available|not unique|already (?:taken|in use)"),
    hint: 'the name is in use: choose another one, or take what has it into the stack: metadata.import_id: "<cluster id>,<name>"',
  },
  {
    pattern: ofParts(parts, "4\\d\\d", "not supported|unsupported"),
    hint: "the cluster's engine lacks it: connection pools are for pg; replicas for pg and mysql; databases for pg, mysql and mongodb; users for all but valkey; mysql_auth_plugin for mysql, kafka_acls for kafka, opensearch_acls for opensearch",
  },
  {
    pattern: ofParts("pools", "4\\d\\d", "size|connections"),
    hint: "all pools of a cluster together have 25 connections for each GB of a node's memory, less 3 (22 with 1 GB, 97 with 4 GB): choose a smaller size, or a larger size_slug for the cluster",
  },
  {
    pattern: ofParts("pools", "(?:500|4\\d\\d .*not found)"),
    hint: "a pool's database and user have to be there first: apply their stacks, and let database and user refer to them",
  },
  {
    pattern: new RegExp(`POST \\S+/v2/databases/[^/\\s]+/(?:${parts}): 404\\b`),
    hint: "cluster must be the id of a cluster of this account, not its name; the output cluster_id of a DigitalOceanDatabaseCluster stack is one",
  },
  {
    pattern: errorPattern({ text: /replica cannot be smaller/ }),
    hint: "size_slug of a replica must be at least that of the cluster's nodes, and can only grow",
  },
  {
    pattern: errorPattern({ text: /(primary|default) (user|database).*cannot be (deleted|removed)/ }),
    hint: "it came with the cluster and goes with it: metadata.retain_on_delete: true lets the stack go without it",
  },
  {
    pattern: /must use the ID of the source database cluster and the .*name/i,
    hint: 'metadata.import_id is the cluster\'s id and the name, with a comma between them: "<cluster id>,<name>"',
  },
  {
    pattern:
      /(invalid|unsupported).*(node count|num_nodes|number of nodes)|(node count|num_nodes|number of nodes).*(invalid|not)/i,
    hint: "nodes by engine: pg, mysql, valkey 1 to 3; mongodb 1 or 3; kafka 3, 6, 9, 15; opensearch 1, 3, 6, 9, 15; the larger numbers need larger sizes",
  },
  {
    pattern: /resizing database replica: .*(storage)/i,
    hint: "DigitalOcean's plugin sends the storage that a replica has with every new size: set storage_gib to at least what that size comes with",
  },
  {
    pattern: errorPattern({ text: /storage size cannot be decreased|invalid storage/ }),
    hint: "storage_gib must be at least what the size comes with and can only grow; leave it out to take what the size comes with",
  },
  {
    pattern: errorPattern({
      text: /(invalid|unsupported|unknown|unavailable).*\bregion\b|\bregion\b.*(invalid|\bnot\b|unavailable)/,
    }),
    hint: "use a region slug such as nyc3, fra1 or sgp1, and for a database one that offers its engine; valkey is not in nyc2",
  },
  {
    pattern: errorPattern({
      text: /(private.?network|vpc).*(not found|invalid|does not exist|not in the region|uuid)|(invalid|unknown).*(private.?network|vpc)/,
    }),
    hint: vpc,
  },
  {
    pattern: errorPattern({
      text: /(invalid|unsupported|unknown|unavailable).*\bsize\b|\bsize\b.*(invalid|\bnot\b|unavailable)/,
    }),
    hint: sizes,
  },
  {
    pattern: errorPattern({ text: /VPC.*(members|resources)/ }),
    hint: "something is still in the VPC; destroy it first; a database that was just deleted counts for some minutes, so try again later",
  },
  {
    pattern: /delete default VPC/i,
    hint: "DigitalOcean keeps a region's default VPC; make another the default in its console first",
  },
  {
    pattern: /overlaps with another VPC/i,
    hint: "choose an ip_range_cidr that no other VPC of the account uses, or leave it out",
  },
  {
    pattern: errorPattern({ text: /name.*(already (exists|taken|in use)|not available|not unique)/ }),
    hint: "names are unique in the account: choose another; a change that replaces a cluster makes the new one first, so it needs a new cluster_name as well",
  },
  {
    pattern: errorPattern({ text: /tag.*does not exist|invalid tag/ }),
    hint: "a trusted source of type tag needs a tag that exists at DigitalOcean",
  },
  {
    pattern: /Timeout waiting (to|for) database cluster/i,
    hint: "the cluster may still be coming up: planton pulumi recover takes it into the state; create_timeout sets the limit",
  },
  {
    pattern: /Timeout waiting (to|for) DatabaseReplica/i,
    hint: "the replica may still be coming up: run the command again, planton looks for it first; the limit of 30 minutes is DigitalOcean's plugin's own",
  },
  {
    pattern: errorPattern({ status: 412, text: /cluster is not online|precondition/ }),
    hint: "the cluster is being made or changed; wait until DigitalOcean shows it online and run again",
  },
  {
    pattern: errorPattern({ status: 403, text: /not authorized to perform/ }),
    hint: "the token's scope does not allow this; use one with read and write scope for databases, VPCs and tags",
  },
  {
    pattern: errorPattern({ status: 429, text: /rate limit/ }),
    hint: "DigitalOcean allows 5000 requests an hour; wait and run again",
  },
  {
    pattern: errorPattern({ text: /limit.*(reached|exceeded)|exceeds?.*limit/ }),
    hint: "the account's limit is reached; delete something or ask DigitalOcean for more",
  },
];
