import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { noProperties, type Properties } from "../schema/property-value.js";
import { decodeProperties, encodeProperties } from "./wire-value.js";

// Leaf modules of the SDK only: its root costs 400 ms and 120 MB.
export { anyPb, emptyPb, engineGrpc, enginePb, grpc, pluginPb, providerGrpc, providerPb, statusPb };

/** Properties of a message's Struct field; none when the field is not set. Throws E_INTERNAL for assets. */
export function readProperties(struct: structPb.Struct | undefined): Properties {
  return struct === undefined ? noProperties : decodeProperties(struct.toJavaScript());
}

/** A Struct of properties, for a message's field. */
export function writeProperties(properties: Properties): structPb.Struct {
  return structPb.Struct.fromJavaScript(encodeProperties(properties));
}
