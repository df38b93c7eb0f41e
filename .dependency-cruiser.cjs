/** Files that support the tests beside them. */
const support = "(^|/)test-|test-bed|(^|/)testdata/";

/** What a folder imports, its tests aside. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${from}/`, pathNot: `\\.test\\.ts$|${support}` },
  to: { path: "^(apis|contract|http|clients|modules|providers|runner|sandbox|cmd|test|tools)/", pathNot: allowed.map((folder) => `^${folder}`) },
});

/** Rooms of a folder from the ground up; rooms of one list are neighbours. */
const layers = {
  runner: [["system"], ["secrets"], ["manifest"], ["credentials", "project", "engine"], ["pulumi"], ["session"], ["recovery"], ["operation", "host"], ["workspace"]],
  "runner/workspace": [["load"], ["graph"], ["run"], ["report"]],
  "providers/kit": [["base"], ["schema"], ["resource"], ["creation"], ["server", "managed", "bridged"]],
  "sandbox/kit": [["base"], ["vendor"], ["faults"], ["server", "client"]],
};

/** A rule for each room: it imports itself, what lies in the folder itself, its lower rooms, and none of its neighbours unless they are named. */
const roomRules = (folder, neighbours = {}) =>
  layers[folder].flatMap((rooms, level) =>
    rooms.map((room) => {
      const lower = layers[folder].slice(0, level).flat();
      return {
        name: `${folder.replaceAll("/", "-")}-${room}`,
        comment: `a room imports lower ones: ${layers[folder].map((names) => names.join(" | ")).join(", ")}`,
        severity: "error",
        from: { path: `^${folder}/${room}/`, pathNot: `\\.test\\.ts$|${support}` },
        to: { path: `^${folder}/`, pathNot: `^${folder}/([^/]+$|(${[room, ...lower, ...(neighbours[room] ?? [])].join("|")})/)` },
      };
    }),
  );

/** Import directions of the folder tree; each rule says why. */
module.exports = {
  forbidden: [
    { name: "no-cycles", comment: "a cycle has no reading order, neither of types", severity: "error", from: {}, to: { circular: true } },
    only("contract-knows-generated-code-only", "contract", ["contract/", "apis/gen/"], "modules and runner meet in the contract; it may know neither"),
    only("http-knows-no-vendor", "http", ["http/", "contract/"], "what one vendor needs belongs into its client"),
    only("clients-know-http-alone", "clients", ["clients/", "http/", "contract/"], "plugins, modules and the runner share a client; it may know none of them"),
    only("modules-see-the-contract", "modules", ["modules/", "contract/", "clients/", "http/json", "apis/gen/"], "a module must run wherever the contract is kept; what it asks a vendor, it asks by the vendor's client"),
    only("runner-knows-no-kind", "runner", ["runner/", "contract/", "http/", "clients/", "apis/gen/es/planton/shared/"], "a new kind must need no line in the runner; the catalog is handed to it"),
    only("sandbox-is-alone", "sandbox", ["sandbox/", "contract/"], "a stand-in that shares code with what it tests proves nothing"),
    only("providers-are-alone", "providers", ["providers/", "contract/", "http/", "clients/"], "a plugin is a program of its own; its tests alone may start the sandbox"),
    {
      name: "clients-do-not-see-each-other",
      comment: "what two vendors share belongs into http",
      severity: "error",
      from: { path: "^clients/([a-z0-9]+)" },
      to: { path: "^clients/", pathNot: "^clients/$1\\b" },
    },
    {
      name: "runner-asks-a-vendor-for-secrets-alone",
      comment: "everything else about a vendor comes by its adapter, which is handed to the runner",
      severity: "error",
      from: { path: "^runner/(?!secrets/|credentials/)", pathNot: "\\.test\\.ts$" },
      to: { path: "^(clients/|http/(?!json|secure-url))" },
    },
    {
      name: "requests-are-sent-by-http",
      comment: "authentication, redirects, masking and retries are decided once",
      severity: "error",
      from: { path: "^(apis|contract|clients|modules|providers|runner|cmd)/", pathNot: `\\.test\\.ts$|${support}` },
      to: { path: "^(node:)?(https?|http2|undici)$" },
    },
    {
      name: "providers-do-not-see-each-other",
      comment: "what two plugins share belongs into the kit",
      severity: "error",
      from: { path: "^providers/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^providers/", pathNot: "^providers/($1|kit)/" },
    },
    {
      name: "kits-know-no-vendor",
      comment: "the kits serve every vendor alike",
      severity: "error",
      from: { path: "^(providers|sandbox)/kit/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(providers|sandbox)/(?!kit/)" },
    },
    ...roomRules("runner"),
    ...roomRules("runner/workspace"),
    ...roomRules("providers/kit"),
    ...roomRules("sandbox/kit"),
    only("tools-see-what-they-judge-and-generate", "tools(?!/bench/)", ["tools/", "contract/", "apis/gen/", "providers/", "cmd/planton/render/", "runner/system/"], "what runs for users must not be needed to build it"),
    only("bench-sees-what-it-measures", "tools/bench", ["tools/", "contract/", "apis/gen/", "http/", "modules/gen/", "runner/"], "a thousand applied stacks are made by what would have noted them"),
    {
      name: "nobody-needs-tools",
      comment: "what is below tools/ is for those who work on the project",
      severity: "error",
      from: { path: "^(?!tools/|test/)", pathNot: `\\.test\\.ts$|${support}` },
      to: { path: "^tools/" },
    },
    {
      name: "only-tests-need-tests",
      comment: "support of tests is never shipped",
      severity: "error",
      from: { path: "^(?!test/)", pathNot: `\\.test\\.ts$|${support}` },
      to: { path: `^test/|\\.test\\.ts$|${support}` },
    },
    {
      name: "runner-knows-no-cloud-sdk",
      comment: "cloud SDKs belong to the modules",
      severity: "error",
      from: { path: "^(runner|contract|cmd)/" },
      to: { path: "node_modules/@pulumi/(?!pulumi/)" },
    },
    {
      name: "reading-needs-no-sdk",
      comment: "loading @pulumi/pulumi costs 0.4 s; only the language host's program pays it; the messages of its protocol are cheap",
      severity: "error",
      from: { path: "^(cmd/planton|runner(?!/host/program)|apis)/", pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules/@pulumi/pulumi/(?!proto/)", dependencyTypesNot: ["type-only"] },
    },
  ],
  options: { tsConfig: { fileName: "tsconfig.json" }, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" }, exclude: { path: "^dist/" } },
};
