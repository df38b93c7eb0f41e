import { createHash } from "node:crypto";
import { stringField } from "../kit/base/json-fields.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import { accountId, assertMay, b2Call, callerOf, countIn, refusal } from "./b2-call.js";
import { bucketIn } from "./bucket-routes.js";

/** A version of a file, without its content. */
interface FileVersion {
  readonly bucketId: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly action: "upload" | "start";
  readonly contentLength: number;
  readonly contentSha1: string;
  readonly contentType: string;
  readonly uploadTimestamp: number;
}

const filesOf = (request: PlainRequest): FileVersion[] => collectedItems<FileVersion>(request, "files");

const view = (version: FileVersion) => ({
  ...{ accountId, ...version, fileInfo: {}, fileRetention: { isClientAuthorizedToRead: false, value: null } },
  legalHold: { isClientAuthorizedToRead: false, value: null },
  serverSideEncryption: { mode: null, algorithm: null },
});

function addVersion(
  request: PlainRequest,
  facts: Pick<FileVersion, "bucketId" | "fileName" | "action">,
  bytes: Buffer,
) {
  const version: FileVersion = {
    ...{ ...facts, fileId: `4_z${facts.bucketId}_f${request.uuid().replaceAll("-", "")}` },
    ...{ contentLength: bytes.length, contentSha1: createHash("sha1").update(bytes).digest("hex") },
    ...{ contentType: "application/octet-stream", uploadTimestamp: request.nowMs },
  };
  filesOf(request).push(version);
  return view(version);
}

function remove(request: PlainRequest, action: FileVersion["action"] | undefined): FileVersion {
  const [files, fileId] = [filesOf(request), stringField(request.body, "fileId")];
  const at = files.findIndex((file) => file.fileId === fileId && (action === undefined || file.action === action));
  const found = files[at];
  if (found === undefined) throw refusal(400, "file_not_present", `File not present: ${fileId}`);
  assertMay(request, action === "start" ? "writeFiles" : "deleteFiles", found.bucketId);
  files.splice(at, 1);
  return found;
}

/** Files, as far as buckets need them: upload, list, delete; without downloads (backblaze.com/apidocs, read 2026-11). */
export const fileRoutes: readonly PlainRoute[] = [
  b2Call("b2_get_upload_url", ["bucketId"], (request) => {
    const { bucketId } = bucketIn(request);
    assertMay(request, "writeFiles", bucketId);
    const uploadUrl = `${request.baseUrl}/backblaze/b2api/v4/b2_upload_file/${bucketId}`;
    return { bucketId, uploadUrl, authorizationToken: request.authorization };
  }),
  {
    method: "POST",
    path: "/backblaze/b2api/v4/b2_upload_file/:bucket",
    readsBytes: true,
    handle(request) {
      const bucketId = request.params["bucket"] ?? "";
      assertMay(request, "writeFiles", bucketId);
      const fileName = decodeURIComponent((request.headers["x-bz-file-name"] ?? "").replaceAll("+", " "));
      const { namePrefix } = callerOf(request);
      if (!fileName.startsWith(namePrefix ?? "")) throw refusal(401, "unauthorized", "");
      const isAtEnd = request.headers["x-bz-content-sha1"] === "hex_digits_at_end";
      const bytes = isAtEnd ? request.bytes.subarray(0, -40) : request.bytes;
      return { status: 200, body: addVersion(request, { bucketId, fileName, action: "upload" }, bytes) };
    },
  },
  b2Call("b2_start_large_file", ["bucketId", "fileName", "contentType", "fileInfo"], (request) => {
    const { bucketId } = bucketIn(request);
    assertMay(request, "writeFiles", bucketId);
    const fileName = stringField(request.body, "fileName");
    return addVersion(request, { bucketId, fileName, action: "start" }, Buffer.alloc(0));
  }),
  b2Call(
    "b2_list_file_versions",
    ["bucketId", "startFileName", "startFileId", "maxFileCount", "prefix", "delimiter"],
    (request) => {
      const { bucketId } = bucketIn(request);
      assertMay(request, "listFiles", bucketId);
      const most = countIn(request.body, "maxFileCount", [1, 10_000]) ?? 100;
      const [prefix, start] = [stringField(request.body, "prefix"), stringField(request.body, "startFileName")];
      const all = filesOf(request)
        .filter((file) => file.bucketId === bucketId && file.fileName.startsWith(prefix) && file.fileName >= start)
        .sort((left, right) => (left.fileName < right.fileName ? -1 : 1));
      const next = all[most];
      return {
        files: all.slice(0, most).map(view),
        nextFileName: next?.fileName ?? null,
        nextFileId: next?.fileId ?? null,
      };
    },
  ),
  b2Call("b2_delete_file_version", ["fileName", "fileId", "bypassGovernance"], (request) => {
    const { fileId, fileName } = remove(request, undefined);
    return { fileId, fileName };
  }),
  b2Call("b2_cancel_large_file", ["fileId"], (request) => {
    const { fileId, fileName, bucketId } = remove(request, "start");
    return { fileId, fileName, bucketId, accountId };
  }),
];
