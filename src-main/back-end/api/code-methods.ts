import path from 'node:path'
import type { Api, RequestOf } from '../../contract/api/methods.ts'
import { AppError } from '../../contract/errors.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { UserCode } from '../../contract/user-code.ts'
import { TrustStore } from '../../user-code/trust-store.ts'
import { readTrialLogs } from '../../running/trial-logs.ts'
import { userCodeOf } from '../../user-code/trusted-code.ts'
import type { ApiOptions } from './api-options.ts'

/** Code of the user: what it is, whether it may run, what it wrote. */
export function codeMethods(
  { store, workspace, now }: ApiOptions,
  parse: (request: RequestOf<'study.check'>) => StudySpecification,
) {
  const describe = async (
    source: RequestOf<'code.describe'>['source'],
  ): Promise<UserCode | null> => {
    if ('studyId' in source) {
      const { specification, environment } = store.findStudy(String(source.studyId))
      const directory = environment.project?.studyDirectory
      return directory === undefined ? null : userCodeOf(specification, directory)
    }
    return userCodeOf(parse(source), path.dirname(workspace.databasePath))
  }
  return {
    'code.describe': async ({ source }) => describe(source),
    'code.trust': async ({ source, fingerprint }) => {
      const code = await describe(source)
      // The code that a person saw is trusted, not what came after.
      if (code?.fingerprint !== fingerprint) {
        const command = code?.command.join(' ') ?? ''
        throw new AppError('userCode.untrusted', { command, files: [] })
      }
      new TrustStore(workspace.trustFile).trust(code, now())
      return null
    },
    'trial.logs': async ({ studyId, number }) => readTrialLogs(store, workspace, studyId, number),
  } satisfies Partial<Api>
}
