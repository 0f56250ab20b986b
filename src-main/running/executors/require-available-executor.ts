import type { StudySpecification } from '../../core/study/study-specification.ts'
import { chosenExecutor } from './chosen-executor.ts'

/** @throws AppError `machine.unknown`, `jobQueue.unknown` for what the study names and nobody has added on this computer */
export async function requireAvailableExecutor(
  specification: Pick<StudySpecification, 'executor'>,
  machineFile: string | undefined,
): Promise<void> {
  const { options, load } = chosenExecutor(specification)
  const node = await load()
  node.requireAvailable?.(options, machineFile)
}
