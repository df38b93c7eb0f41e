/** The parts of the engine's Run request that planton uses. */
export interface RunRequest {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Folder of Pulumi.yaml, absolute. */
  readonly rootDirectory: string;
  readonly config: ReadonlyMap<string, string>;
  readonly configSecretKeys: readonly string[];
  /** True in a preview. */
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly monitorAddress: string;
  readonly engineAddress: string;
}

/** Severities that the engine shows to the user. */
type LogSeverity = "warning" | "error";

/** Sends a message to the engine, which shows it among the run's diagnostics. Resolves when the engine has it. */
export type EngineLog = (severity: LogSeverity, message: string) => Promise<void>;
