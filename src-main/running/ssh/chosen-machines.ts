import { AppError } from '../../core/errors/errors.ts'
import type { Machine } from '../../contract/executor.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { MachineFile } from '../../ssh/machine-file.ts'

/**
 * The machines that a study names; none where it runs on this one.
 * @throws AppError `machine.unknown` for one that nobody has added here
 */
export function chosenMachines(
  { executor }: Pick<StudySpecification, 'executor'>,
  machineFile: string | undefined,
): readonly Machine[] {
  const known = machineFile === undefined ? null : new MachineFile(machineFile)
  return (executor?.ssh ?? []).map(({ host: name }) => {
    if (known === null) throw new AppError('machine.unknown', { name })
    return known.find(name)
  })
}
