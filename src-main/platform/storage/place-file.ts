import type { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import { machineFileSchema, MAX_PLACES } from '../../contract/executor.ts'
import { fact } from '../../core/errors/fact.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import { withTurn } from './file-turn.ts'

type Places = Omit<z.infer<typeof machineFileSchema>, 'version'>

interface PlaceKind<Kind extends keyof Places> {
  readonly kind: Kind
  /** What tells one from another. */
  readonly nameOf: (place: Places[Kind][number]) => string
  readonly taken: (name: string) => AppError
  readonly unknown: (name: string) => AppError
}

const none: Places = { machines: [], queues: [] }

/**
 * Places where trials run that a person has added: machines of SSH and queues, in one file that its owner alone can read. Every call reads
 * it anew, and changes are made one after the other: commands and the page write it, too.
 */
export class PlaceFile<Kind extends keyof Places> {
  readonly #path: string
  readonly #file: PrivateJsonFile<typeof machineFileSchema>
  readonly #kind: PlaceKind<Kind>

  constructor(file: string, kind: PlaceKind<Kind>) {
    this.#path = file
    this.#file = new PrivateJsonFile(file, machineFileSchema)
    this.#kind = kind
  }

  /** @throws AppError `file.unreadable` for a file that is damaged */
  list(): readonly Places[Kind][number][] {
    return this.#read()[this.#kind.kind]
  }

  /** @throws AppError where it is there already; `usage.invalid` for too many */
  add(place: Places[Kind][number]): void {
    const { nameOf, taken: alreadyExists } = this.#kind
    const name = nameOf(place)
    this.#change(places => {
      if (places.some(entry => nameOf(entry) === name)) throw alreadyExists(name)
      if (places.length >= MAX_PLACES) {
        throw new AppError('usage.invalid', { reason: fact('rule.atMost', { limit: MAX_PLACES }) })
      }
      return [...places, place]
    })
  }

  /** @throws AppError where it is not there */
  remove(name: string): void {
    const { nameOf, unknown } = this.#kind
    this.#change(places => {
      const others = places.filter(entry => nameOf(entry) !== name)
      if (others.length === places.length) throw unknown(name)
      return others
    })
  }

  /** @throws AppError where it is not there */
  find(name: string): Places[Kind][number] {
    const entry = this.list().find(candidate => this.#kind.nameOf(candidate) === name)
    if (entry === undefined) throw this.#kind.unknown(name)
    return entry
  }

  #change(edit: (places: readonly Places[Kind][number][]) => Places[Kind][number][]): void {
    withTurn(this.#path, () => {
      const content = this.#read()
      this.#file.write({
        version: 1,
        ...content,
        [this.#kind.kind]: edit(content[this.#kind.kind]),
      })
    })
  }

  #read(): Places {
    return this.#file.read() ?? none
  }
}
