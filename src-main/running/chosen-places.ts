import type { StudySpecification } from '../core/study/study-specification.ts'
import { chosenQueue } from './queue/chosen-queue.ts'
import { chosenMachines } from './ssh/chosen-machines.ts'

/** @throws AppError `machine.unknown`, `queue.unknown` for a place that nobody has added on this computer */
export function requireKnownPlaces(
  specification: Pick<StudySpecification, 'executor'>,
  machineFile: string | undefined,
): void {
  chosenMachines(specification, machineFile)
  chosenQueue(specification, machineFile)
}
