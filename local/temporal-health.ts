import { connect } from "node:http2";

/**
 * Whether the Temporal server at `address` knows `namespace`: `DescribeNamespace`, asked by hand.
 *
 * A port that accepts connections is not enough, a starting server does so before it can answer.
 * @temporalio/client is at home in cli/, and its `temporal operator` costs a process per look; the
 * one gRPC call needs an HTTP/2 POST: a length-prefixed protobuf message out, `grpc-status: 0` back.
 */
export function knowsNamespace(
  address: string,
  namespace = "default",
  patienceMs = 2000,
): Promise<boolean> {
  return new Promise((settle) => {
    const session = connect(`http://${address}`);
    const end = (known: boolean) => {
      clearTimeout(timer);
      session.destroy();
      settle(known);
    };
    const timer = setTimeout(() => end(false), patienceMs);
    session.once("error", () => end(false));
    const call = session.request({
      ":method": "POST",
      ":path": "/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const statusIn = (headers: Readonly<Record<string, unknown>>) => {
      if (headers["grpc-status"] !== undefined) end(headers["grpc-status"] === "0");
    };
    call.once("response", statusIn); // an error without a body carries its status here
    call.once("trailers", statusIn);
    call.once("error", () => end(false));
    call.once("close", () => end(false));
    call.resume();
    call.end(framed(stringField(1, namespace)));
  });
}

/** gRPC frame: a byte 0 (not compressed), four bytes of length, the message. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Protobuf: field number and wire type 2 (length-delimited), length, bytes; both below 128. */
function stringField(number: number, text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
