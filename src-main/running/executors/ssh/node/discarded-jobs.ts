import { z } from 'zod'
import { PrivateJsonFile } from '../../../../platform/files/private-json.ts'
import { withTurn } from '../../../../platform/storage/file-turn.ts'

const jobSchema = z.strictObject({ machine: z.string(), name: z.string() })
const fileSchema = z.strictObject({ version: z.literal(2), jobs: z.array(jobSchema) })
const MAX_BYTES = 16 << 20

type Job = Readonly<z.output<typeof jobSchema>>

/**
 * Jobs on other machines that nobody waits for any more: they ended, were canceled, or were declared lost. They are ended and removed when
 * their machine answers, in a later session if need be. Every call reads the file anew, and changes are made one after the other: other
 * studies write it, too.
 */
export class DiscardedJobs {
  readonly #path: string
  readonly #file: PrivateJsonFile<typeof fileSchema>

  constructor(file: string) {
    this.#path = file
    this.#file = new PrivateJsonFile(file, fileSchema, { maxBytes: MAX_BYTES, isSealed: true })
  }

  of(machine: string): string[] {
    return this.#read()
      .filter(job => job.machine === machine)
      .map(({ name }) => name)
  }

  add(machine: string, name: string): void {
    this.addAll([{ machine, name }])
  }

  addAll(added: readonly Job[]): void {
    this.#change(jobs => {
      const keys = new Set(jobs.map(keyOf))
      return [...jobs, ...added.filter(job => !keys.has(keyOf(job)))]
    })
  }

  remove(machine: string, names: readonly string[]): void {
    const removed = new Set(names)
    this.#change(jobs => jobs.filter(job => job.machine !== machine || !removed.has(job.name)))
  }

  /** @param machines all that are known here */
  keepOnly(machines: readonly string[]): void {
    this.#change(jobs => jobs.filter(({ machine }) => machines.includes(machine)))
  }

  #change(edit: (jobs: readonly Job[]) => readonly Job[]): void {
    withTurn(this.#path, () => {
      const before = this.#read()
      const jobs = edit(before)
      if (jobs.length !== before.length) this.#file.write({ version: 2, jobs: [...jobs] })
    })
  }

  #read(): readonly Job[] {
    return this.#file.read()?.jobs ?? []
  }
}

function keyOf({ machine, name }: Job): string {
  return JSON.stringify([machine, name])
}
