import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Api, RequestOf } from '../../api/common/methods.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { SHOWN_CODE_BYTES, type ShownCode, type TrustedFile, type UserCode } from '../../../core/study/user-code.ts' // prettier-ignore
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { TrustStore } from '../../../platform/user-code/trust-store.ts'
import { readTrialLogs } from '../../../running/trial-logs.ts'
import { userCodeOf } from '../../../running/trusted-code.ts'
import type { ApiOptions } from '../../api/node/api-options.ts'

interface GateOptions extends Pick<ApiOptions, 'store' | 'workspace' | 'now'> {
  readonly kind: ApiOptions['kind'] | 'program'
}

/**
 * Which code a face may start. Trust is enough for a window of this very user; a page may be open to whoever took the user's browser
 * over, so there a person confirms each code once more in the life of the process, in sight of its text.
 */
export class CodeGate {
  readonly #options: GateOptions
  readonly #confirmed = new Set<string>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** @throws AppError `userCode.untrusted`, `file.notFound` */
  async require(code: UserCode | null): Promise<void> {
    if (code === null) return
    const { workspace, kind } = this.#options
    new TrustStore(workspace.trustFile).require(code)
    if (kind === 'web' && !this.#confirmed.has(code.fingerprint)) throw untrusted(code)
  }

  /** Of a study that is about to be created; relative names start where the database lies. */
  async requireNew(specification: StudySpecification): Promise<void> {
    await this.require(await this.newCode(specification))
  }

  async requireStudy(studyId: number): Promise<void> {
    const { specification, environment } = this.#options.store.studyById(studyId)
    await this.require(await userCodeOf(specification, environment.project?.studyDirectory ?? ''))
  }

  async newCode(specification: StudySpecification): Promise<UserCode | null> {
    return userCodeOf(specification, path.dirname(this.#options.workspace.databasePath))
  }

  /** Null for studies without code of the user, and for those that were not created here. */
  async studyCode(studyId: number): Promise<UserCode | null> {
    const { specification, environment } = this.#options.store.studyById(studyId)
    const directory = environment.project?.studyDirectory
    return directory === undefined ? null : userCodeOf(specification, directory)
  }

  confirm(code: UserCode): void {
    new TrustStore(this.#options.workspace.trustFile).trust(code, this.#options.now())
    this.#confirmed.add(code.fingerprint)
  }
}

/** Code of the user: what it is, whether it may run, what it wrote. */
export function codeMethods(
  { store, workspace }: ApiOptions,
  gate: CodeGate,
  parse: (request: RequestOf<'study.check'>) => StudySpecification,
) {
  const find = async (source: RequestOf<'code.describe'>['source']): Promise<UserCode | null> =>
    'studyId' in source ? gate.studyCode(source.studyId) : gate.newCode(parse(source))
  return {
    'code.describe': async ({ source }) => {
      const code = await find(source)
      return code && withTexts(code)
    },
    'code.trust': async ({ source, fingerprint }) => {
      const code = await find(source)
      // The code that a person saw is trusted, not what came after.
      if (code?.fingerprint !== fingerprint) throw untrusted(code)
      gate.confirm(code)
      return null
    },
    'trial.logs': async ({ studyId, number }) => readTrialLogs(store, workspace, studyId, number),
  } satisfies Partial<Api>
}

function untrusted(code: UserCode | null): AppError {
  return new AppError('userCode.untrusted', { command: code?.command.join(' ') ?? '', files: [] })
}

function withTexts(code: UserCode): ShownCode {
  return { ...code, texts: code.files.flatMap(file => textOf(file) ?? []) }
}

/** The text of a file as it is trusted; null for what is large, no text, or changed meanwhile. */
function textOf({ path: file, sha256 }: TrustedFile): ShownCode['texts'][number] | null {
  try {
    if (statSync(file).size > SHOWN_CODE_BYTES) return null
    const bytes = readFileSync(file)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256 || bytes.includes(0))
      return null
    return { path: file, text: bytes.toString('utf8') }
  } catch {
    return null
  }
}
