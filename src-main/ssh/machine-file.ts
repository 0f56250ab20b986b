import { AppError } from '../contract/errors.ts'
import {
  type Machine,
  machineFileSchema,
  type MachineInput,
  machineSchema,
  MAX_PLACES,
} from '../contract/executor.ts'
import { fact } from '../contract/fact.ts'
import { PrivateJsonFile } from '../files/private-json.ts'

/** The machines that a person has added: one file in the data folder, readable by its owner alone. */
export class MachineFile {
  readonly #file: PrivateJsonFile<typeof machineFileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, machineFileSchema)
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  list(): readonly Machine[] {
    return this.#file.read()?.machines ?? []
  }

  /** @throws AppError `machine.taken`, `usage.invalid` for too many */
  add(machine: MachineInput): void {
    const machines = this.list()
    const { name } = machine
    if (machines.some(one => one.name === name)) throw new AppError('machine.taken', { name })
    if (machines.length >= MAX_PLACES) {
      throw new AppError('usage.invalid', { reason: fact('rule.atMost', { limit: MAX_PLACES }) })
    }
    this.#write([...machines, machineSchema.parse(machine)])
  }

  /** @throws AppError `machine.unknown` */
  remove(name: string): void {
    const gone = this.find(name)
    this.#write(this.list().filter(machine => machine.name !== gone.name))
  }

  /** @throws AppError `machine.unknown` */
  find(name: string): Machine {
    const found = this.list().find(machine => machine.name === name)
    if (found === undefined) throw new AppError('machine.unknown', { name })
    return found
  }

  #write(machines: readonly Machine[]): void {
    this.#file.write({
      version: 1,
      queues: this.#file.read()?.queues ?? [],
      machines: [...machines],
    })
  }
}
