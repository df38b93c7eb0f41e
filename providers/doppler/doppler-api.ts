import { dopplerApi } from "../../clients/doppler.js";
import type { HttpResponse } from "../../http/http-message.js";

/**
 * Whether Doppler itself says that there is no such project or config. It says so as well to a token that may not see them.
 */
export function saysNoConfig({ status, body }: HttpResponse): boolean {
  return status === 404 && /could not find requested (project|config|environment)/i.test(dopplerApi.errorText(body));
}
