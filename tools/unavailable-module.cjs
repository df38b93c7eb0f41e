// Stands for modules that the Pulumi SDK loads and planton never uses.
module.exports = new Proxy(
  {},
  {
    get(_target, name) {
      if (typeof name === "symbol" || name === "__esModule" || name === "default") return undefined;
      throw new Error(`"${name}" is not available in planton: closures are never serialised`);
    },
  },
);
