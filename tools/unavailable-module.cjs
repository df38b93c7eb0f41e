// Stands for modules that libraries load and planton never uses.
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
