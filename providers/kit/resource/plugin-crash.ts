/**
 * Ends a call as a crash of the plugin ends it: a status without details, so that the engine keeps its state as it was.
 * The process lives on; that of a crashed plugin of the Terraform bridge does not (pulumi/pulumi-terraform-bridge
 * v3.136.0, pkg/providerserver/panic_recovering_provider.go: it reports the panic and throws it again).
 */
export class PluginCrash extends Error {
  override readonly name = "PluginCrash";
}
