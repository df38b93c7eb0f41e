/** Start of the paths under which the sandbox serves the IAM service, which has a host of its own at the vendor. */
export const iamPrefix = "/tidbcloud-iam";

/**
 * True for the paths of the IAM service. They are served without the prefix too, for the official tools: those take only
 * the host of an endpoint.
 */
export function isIamPath(path: string): boolean {
  return (
    path.startsWith(`${iamPrefix}/`) || /^\/v1beta1\/(projects|clusters\/[^/]+\/(sqlUsers|dbuser))(\/|$)/.test(path)
  );
}
