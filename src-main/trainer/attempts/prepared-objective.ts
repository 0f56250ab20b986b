import type { Costs } from '../../core/trial/cost-metrics.ts'
import type { EngineInfo } from '../../core/machine/engine.ts'
import type { StartMessage, TestMessage } from '../../core/processes/trainer-protocol.ts'
import type { ObjectiveHost, ObjectiveResult } from '../../training/objectives/objective-host.ts'

/** An objective with everything loaded that its trials share. */
export interface PreparedObjective {
  /** Null for objectives that need no tensors. */
  readonly engine: EngineInfo | null
  /** Its trials report what they cost (`cost-metrics.ts`). */
  readonly reportsCosts?: true
  /** Code of the user: what it starts from is a folder, which it reads and writes itself. */
  readonly keepsOwnState?: true
  train(start: StartMessage, host: ObjectiveHost): Promise<ObjectiveResult>
  /** Times the predictions of what was trained; absent: there is no model. */
  latency?(result: ObjectiveResult): Promise<Costs>
  test(request: TestMessage): Promise<Readonly<Record<string, number>>>
}
