import { AppError } from '../../core/errors/errors.ts'
import { type MachineInput, machineSchema } from '../../core/machine/machines.ts'
import { HostFile } from '../storage/host-file.ts'

/** The machines that a person has added, by their names. */
export class MachineFile extends HostFile<'machines'> {
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
