import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { commandLineText, type UserCode } from '../../../core/study/user-code.ts'
import { TrustStore } from '../../../platform/user-code/trust-store.ts'
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

/** What stops code that no person trusted. */
export function untrusted(code: UserCode | null): AppError {
  return new AppError('userCode.untrusted', {
    command: code === null ? '' : commandLineText(code),
    files: [],
  })
}
