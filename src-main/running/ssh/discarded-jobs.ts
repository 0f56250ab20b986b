import { z } from 'zod'
import { PrivateJsonFile } from '../../files/private-json.ts'

const jobSchema = z.strictObject({ machine: z.string(), name: z.string() })
const fileSchema = z.strictObject({ version: z.literal(1), jobs: z.array(jobSchema) })
const MAX_BYTES = 16 << 20

/**
 * Jobs on other machines that nobody waits for any more: they ended, were cancelled, or were declared lost. They are ended and removed when
 * their machine answers, in a later session if need be.
 */
export class DiscardedJobs {
  readonly #file: PrivateJsonFile<typeof fileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, fileSchema, MAX_BYTES)
  }

  of(machine: string): string[] {
    return this.#read()
      .filter(job => job.machine === machine)
      .map(({ name }) => name)
  }

  add(machine: string, name: string): void {
    if (this.of(machine).includes(name)) return
    this.#write([...this.#read(), { machine, name }])
  }

  remove(machine: string, names: readonly string[]): void {
    this.#write(this.#read().filter(job => job.machine !== machine || !names.includes(job.name)))
  }

  /** Each time anew: another study may have written. */
  #read(): readonly z.output<typeof jobSchema>[] {
    return this.#file.read()?.jobs ?? []
  }

  #write(jobs: readonly z.output<typeof jobSchema>[]): void {
    this.#file.write({ version: 1, jobs: [...jobs] })
  }
}
