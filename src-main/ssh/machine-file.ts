import { AppError } from '../core/errors/errors.ts'
import { type MachineInput, machineSchema } from '../contract/executor.ts'
import { PlaceFile } from '../platform/storage/place-file.ts'

/** The machines that a person has added, by their names. */
export class MachineFile extends PlaceFile<'machines'> {
  constructor(file: string) {
    super(file, {
      kind: 'machines',
      nameOf: ({ name }) => name,
      taken: name => new AppError('machine.taken', { name }),
      unknown: name => new AppError('machine.unknown', { name }),
    })
  }

  /** @throws AppError `machine.taken`, `usage.invalid` for too many */
  override add(machine: MachineInput): void {
    super.add(machineSchema.parse(machine))
  }
}
