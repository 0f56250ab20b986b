import process from 'node:process'
import { z } from 'zod'
import { AppError } from '../../core/errors/errors.ts'
import { isCommand } from '../../core/objectives/command/command.ts'
import { placeholdersIn } from '../../core/study/command-template.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { PrivateJsonFile } from '../files/private-json.ts'
import { looksSecret, redacted } from './redact.ts'

type Secrets = Readonly<Record<string, string>>

/** Names of variables of a command that look secret; one that a placeholder fills in is none. */
export function secretNames(objective: StudySpecification['objective']): readonly string[] {
  if (!isCommand(objective)) return []
  return Object.entries(objective.environment)
    .filter(([name, value]) => looksSecret(name) && placeholdersIn(value).length === 0)
    .map(([name]) => name)
}

/** Values of secret variables as they stand in a study file; without those that were taken out already, and empty ones. */
export function secretsOf(objective: StudySpecification['objective']): Secrets {
  const { environment } = objective as CommandObjective
  const entries = secretNames(objective).map(
    name => [name, ownValue(environment, name) ?? ''] as const,
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== '' && value !== redacted))
}

/** The same with the names of these variables, without their values. */
export function withoutSecrets<Objective extends StudySpecification['objective']>(
  objective: Objective,
  names: readonly string[] = Object.keys(secretsOf(objective)),
): Objective {
  if (names.length === 0) return objective
  const { environment } = objective as CommandObjective
  const taken = Object.fromEntries(names.map(name => [name, redacted]))
  return { ...objective, environment: { ...environment, ...taken } }
}

const fileSchema = z.object({
  version: z.literal(1),
  studies: z.array(
    z.strictObject({
      study: z.int(),
      /** Another database may have a study of the same number in its place. */
      createdAtMs: z.number(),
      values: z.record(z.string(), z.string()),
    }),
  ),
})

type StudyKey = Pick<StudyRecord, 'id' | 'createdAtMs'>

/**
 * Values of secret variables of the studies of a database: a file beside it that its owner alone can read. No database, backup, bundle, report or
 * diagnosis has them.
 */
export class SecretsFile {
  readonly #file: PrivateJsonFile<typeof fileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, fileSchema, { maxBytes: 16 << 20, isSealed: true })
  }

  /** @throws AppError `file.unreadable`, `file.unwritable`, `disk.full` */
  store({ id, createdAtMs }: StudyKey, values: Secrets): void {
    const others = (this.#file.read()?.studies ?? []).filter(({ study }) => study !== id)
    const entry = { study: id, createdAtMs, values: { ...values } }
    this.#file.write({ version: 1, studies: [...others, entry] })
  }

  /** @throws AppError `file.unreadable` for one that is damaged */
  valuesOf({ id, createdAtMs }: StudyKey): Secrets {
    const studies = this.#file.read()?.studies ?? []
    return (
      studies.find(entry => entry.study === id && entry.createdAtMs === createdAtMs)?.values ?? {}
    )
  }
}

/**
 * The objective of a stored study as it runs: secret variables get their values from the file beside the database, or else, where the study came here
 * without it, from variables of the same name of this process.
 * @param secretsFile absent: there is none
 * @throws AppError `userCode.secretMissing` that names the variables
 */
export function withSecrets(
  { specification: { objective }, ...study }: StudyKey & Pick<StudyRecord, 'specification'>,
  secretsFile: string | undefined,
): StudySpecification['objective'] {
  if (!isCommand(objective)) return objective
  const { environment } = objective
  const names = Object.keys(environment).filter(
    name => ownValue(environment, name) === redacted && looksSecret(name),
  )
  if (names.length === 0) return objective
  const stored = secretsFile === undefined ? {} : new SecretsFile(secretsFile).valuesOf(study)
  const values = names.map(name => [name, ownValue(stored, name) ?? process.env[name]] as const)
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length > 0) throw new AppError('userCode.secretMissing', { names: missing })
  return { ...objective, environment: { ...environment, ...Object.fromEntries(values) } as Secrets }
}
