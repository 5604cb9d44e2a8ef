import {
  Client,
  Connection,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from "@temporalio/client";
import { defineSearchAttributeKey, type Workflow } from "@temporalio/common";
import type { SweepRecord } from "../store/index.ts";
import type {
  ChangeRequest,
  SelectionChange,
  SelectionSpec,
  SweepId,
  SweepSpec,
} from "../sweep/index.ts";
import { tracingPlugins } from "../tracing/index.ts";
import {
  type Changed,
  SEARCH_ATTRIBUTES,
  selectionStart,
  sweepContinuation,
  sweepStart,
  type UpdateArguments,
  updateOf,
} from "../workflows/index.ts";
import { badInput, type CommandError, fault } from "./command-error.ts";

const NAMESPACE = "default";

/** A server that is up answers in milliseconds; one that starts needs a second or two. */
const PATIENCE_MS = 5000;

/** A worker answers in milliseconds, but one whose cores all train may be held up. */
const WORKER_PATIENCE_MS = 20_000;

/** gRPC's status codes that we react to. */
const ALREADY_EXISTS = 6;

const SWEEP_ID = defineSearchAttributeKey("SweepId", "KEYWORD");

/** What the server says of a workflow. */
export type WorkflowStanding =
  | { readonly kind: "running" }
  /** `TERMINATED`, `FAILED`, `COMPLETED`. */
  | { readonly kind: "closed"; readonly status: string }
  | { readonly kind: "missing" };

/** A Temporal server, as the commands use it. */
export class SweepServer {
  readonly address: string;
  readonly #connection: Connection;
  readonly #client: Client;

  private constructor(address: string, connection: Connection) {
    this.address = address;
    this.#connection = connection;
    this.#client = new Client({ connection, namespace: NAMESPACE, plugins: tracingPlugins() });
  }

  /** A server that answers and knows the search attributes of sweeps. */
  static async connect(address: string): Promise<SweepServer> {
    let connection: Connection;
    try {
      connection = await Connection.connect({ address, connectTimeout: PATIENCE_MS });
    } catch (error) {
      throw fault(
        `No Temporal server answers at ${address}. \`liesweep up\` starts the local one; ` +
          "TEMPORAL_ADDRESS=host:port names another.",
        error,
      );
    }
    const server = new SweepServer(address, connection);
    try {
      await server.#registerSearchAttributes();
    } catch (error) {
      await server.close();
      throw fault(`Temporal at ${address} takes no search attributes: ${reasonOf(error)}.`, error);
    }
    return server;
  }

  /** Registering again what is there changes nothing. */
  async #registerSearchAttributes(): Promise<void> {
    try {
      await this.#bounded(() =>
        this.#connection.operatorService.addSearchAttributes({
          namespace: NAMESPACE,
          searchAttributes: SEARCH_ATTRIBUTES,
        }),
      );
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
    }
  }

  /**
   * Starts the workflow of a sweep, or finds the one that runs. One that completed is started again
   * only with `evenIfCompleted`: for rows that are newer than its history.
   *
   * @returns false if there is one that completed
   */
  async start(spec: SweepSpec, evenIfCompleted: boolean): Promise<boolean> {
    const { type, ...options } = sweepStart(spec);
    try {
      await this.#bounded(() =>
        this.#client.workflow.start(type, {
          ...options,
          workflowIdConflictPolicy: "USE_EXISTING",
          workflowIdReusePolicy: evenIfCompleted
            ? "ALLOW_DUPLICATE"
            : "ALLOW_DUPLICATE_FAILED_ONLY",
          memo: memoOf(spec),
          typedSearchAttributes: [{ key: SWEEP_ID, value: spec.sweep as string }],
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw fault(
        `Temporal at ${this.address} did not start the sweep: ${reasonOf(error)}. ` +
          "It is recorded and waits: submit the same file again.",
        error,
      );
    }
  }

  /**
   * Starts a selection anew on a sweep that has ended, or finds the one that runs.
   *
   * @returns by which values the one that runs now judges
   */
  async startSelection(spec: SweepSpec, change: SelectionChange): Promise<SelectionSpec> {
    const { type, ...options } = selectionStart(spec.sweep, change);
    const selection: SelectionSpec = { ...spec.selection, ...change };
    try {
      const { memo } = await this.#bounded(async () => {
        const handle = await this.#client.workflow.start(type, {
          ...options,
          workflowIdConflictPolicy: "USE_EXISTING",
          workflowIdReusePolicy: "ALLOW_DUPLICATE",
          memo: { selection },
          typedSearchAttributes: [{ key: SWEEP_ID, value: spec.sweep as string }],
        });
        return handle.describe();
      });
      return (memo?.["selection"] as SelectionSpec | undefined) ?? selection;
    } catch (error) {
      throw fault(
        `Temporal at ${this.address} did not start the selection: ${reasonOf(error)}.`,
        error,
      );
    }
  }

  /**
   * Asks the workflow of a sweep for a change.
   *
   * @returns undefined if none runs
   * @throws CommandError if it is refused, or nobody answers
   */
  async change(sweep: SweepId, request: ChangeRequest): Promise<Changed | undefined> {
    const { update, args } = updateOf(request);
    try {
      return await this.#answered(() =>
        this.#client.workflow
          .getHandle(sweep)
          .executeUpdate<Changed, UpdateArguments>(update, { args }),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw refusalOf(error, sweep, this.address);
    }
  }

  /** The same of a sweep that has ended: its workflow is started again, and goes on from its rows. */
  async changeEnded(record: SweepRecord, request: ChangeRequest): Promise<Changed> {
    const { type, ...options } = sweepContinuation(
      record.asked,
      record.changes,
      record.dataset.dimension,
    );
    const { update, args } = updateOf(request);
    const startWorkflowOperation = new WithStartWorkflowOperation(type, {
      ...options,
      workflowIdConflictPolicy: "USE_EXISTING",
      workflowIdReusePolicy: "ALLOW_DUPLICATE",
      memo: memoOf(record.asked),
      typedSearchAttributes: [{ key: SWEEP_ID, value: record.id as string }],
    });
    try {
      return await this.#answered(() =>
        this.#client.workflow.executeUpdateWithStart<Workflow, Changed, UpdateArguments>(update, {
          args,
          startWorkflowOperation,
        }),
      );
    } catch (error) {
      throw refusalOf(error, record.id, this.address);
    }
  }

  async standing(workflowId: string): Promise<WorkflowStanding> {
    try {
      const { status } = await this.#bounded(() =>
        this.#client.workflow.getHandle(workflowId).describe(),
      );
      return status.name === "RUNNING"
        ? { kind: "running" }
        : { kind: "closed", status: status.name };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { kind: "missing" };
      throw error;
    }
  }

  /** Why a workflow that has closed did not complete; undefined if it did. */
  async failureOf(workflowId: string): Promise<string | undefined> {
    try {
      await this.#bounded(() => this.#client.workflow.getHandle(workflowId).result());
      return undefined;
    } catch (error) {
      if (error instanceof WorkflowFailedError) return reasonOf(error);
      throw error;
    }
  }

  /** Asks the workflow to end; false if none runs: the server takes a cancel of a closed one in silence. */
  async cancel(workflowId: string): Promise<boolean> {
    try {
      if ((await this.standing(workflowId)).kind !== "running") return false;
      await this.#bounded(() => this.#client.workflow.getHandle(workflowId).cancel());
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw fault(`Temporal at ${this.address} did not answer: ${reasonOf(error)}.`, error);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** An update is answered by a worker, which may have other things to do. */
  #answered<T>(call: () => Promise<T>): Promise<T> {
    return this.#connection.withDeadline(Date.now() + WORKER_PATIENCE_MS, call);
  }

  /** The client repeats a call that finds no server for longer than anyone wants to wait. */
  #bounded<T>(call: () => Promise<T>): Promise<T> {
    return this.#connection.withDeadline(Date.now() + 2 * PATIENCE_MS, call);
  }
}

/** What became of an update, for the person who asked. */
function refusalOf(error: unknown, sweep: SweepId, address: string): CommandError {
  if (error instanceof WorkflowUpdateFailedError) return badInput(reasonOf(error), error);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return fault(
      `No worker answered for ${sweep} within ${WORKER_PATIENCE_MS / 1000} s. Start one with \`liesweep worker\`, ` +
        `and look with \`liesweep list\` whether it was done before asking again.`,
      error,
    );
  return fault(`Temporal at ${address} did not answer: ${reasonOf(error)}.`, error);
}

/** What the list of workflows shows of the question. */
const memoOf = ({ dataset, search, training }: SweepSpec) => ({
  dataset: "file" in dataset ? dataset.file : dataset.kind,
  search: { ...search },
  epochs: training.epochs,
});

/** The innermost cause knows most. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
