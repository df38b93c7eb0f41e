// Stands for the modules that left-out-modules-plugin.ts names. Using one of them throws.
module.exports = new Proxy(
  {},
  {
    get(_target, name) {
      if (typeof name === "symbol" || name === "__esModule" || name === "default") return undefined;
      return () => {
        throw new Error(`"${name}" is not part of planton's bundles`);
      };
    },
  },
);
