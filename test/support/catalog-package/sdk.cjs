const pulumi = require("@pulumi/pulumi");

/** As a cloud SDK has it: CommonJS, and on the SDK of the process. */
exports.Vpc = class Vpc extends pulumi.CustomResource {
  constructor(name, args, options) {
    super("digitalocean:index/vpc:Vpc", name, args, options);
  }
};
