import type { Trace, TraceFields } from "../../../contract/trace.js";
import { parseUrn } from "../base/resource-urn.js";
import { type Handler, requestSecrets } from "./grpc-handler.js";

/** What requests say of what they are about; each has some of these. */
interface Subject {
  getUrn(): string;
  getId(): string;
  getTok(): string;
  getPreview(): boolean;
}

/** The handler as a stage of the trace, by the resource's type and name; a status in place of a response fails it. */
export function tracedHandler<Request, Response>(
  name: string,
  handler: Handler<Request, Response>,
  trace: Trace,
): Handler<Request, Response> {
  if (!trace.isOn) return handler;
  return (request, context) => {
    trace.hide(requestSecrets(request));
    return trace.stage(name, subjectOf(request), async (note) => {
      const result = await handler(request, context);
      if ("status" in result) note({ error: `grpc-${result.status.code}`, message: result.status.details });
      return result;
    });
  };
}

function subjectOf(request: unknown): TraceFields {
  const about = request as Partial<Subject>;
  const urn = about.getUrn?.();
  return {
    ...(urn ? named(parseUrn(urn)) : {}),
    id: about.getId?.() || undefined,
    function: about.getTok?.(),
    preview: about.getPreview?.() || undefined,
  };
}

/** Type and name without the plugin's name and module, which are the same in each line. */
function named({ type, name }: ReturnType<typeof parseUrn>): TraceFields {
  return { type: type.slice(type.lastIndexOf(":") + 1), name };
}
