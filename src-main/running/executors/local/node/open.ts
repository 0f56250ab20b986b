import {
  objectiveKind,
  type StudySpecification,
} from '../../../../core/study/study-specification.ts'
import type { PrepareMessage } from '../../../../core/processes/trainer-protocol.ts'
import type { CommandObjective } from '../../../../core/study/user-code.ts'
import type { ExecutorNode } from '../../executor-node.ts'
import type { LocalOptions } from '../common/definition.ts'
import { LocalExecutor, type LocalExecutorOptions } from './local-executor.ts'
import { TrainerCap } from './trainer-cap.ts'
import { isCommand } from '../../../../core/objectives/command/command.ts'

/** The time that a supervisor may take to kill and count after the grace time of its program. */
const SUPERVISION_MS = 10_000

export const localNode: ExecutorNode<LocalOptions> = {
  open: ({ openLocal }) => openLocal(),
}

/** @param trainers default: those of all studies of this user */
export function openLocalExecutor(
  prepare: PrepareMessage,
  trainers = TrainerCap.ofUser(),
): LocalExecutor {
  const { objective } = prepare
  return new LocalExecutor({
    prepare,
    trainers,
    processes: processesOf(objective),
    ...(isCommand(objective) ? { cancelGraceMs: cancelGraceMs(objective) } : {}),
  })
}

/** How long the trainer of a program may take to end it. */
export function cancelGraceMs({ graceSeconds }: Pick<CommandObjective, 'graceSeconds'>): number {
  return graceSeconds * 1_000 + SUPERVISION_MS
}

/** Code of the user in this process could leave anything behind: each attempt has a new one. */
export function processesOf(
  objective: StudySpecification['objective'],
): LocalExecutorOptions['processes'] {
  return objectiveKind(objective).processes
}
