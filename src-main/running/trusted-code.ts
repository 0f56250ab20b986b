import { AppError } from '../core/errors/errors.ts'
import { isUserCode, type StudySpecification } from '../core/study/study-specification.ts'
import { commandLineText, type ProjectSnapshot, type UserCode } from '../core/study/user-code.ts'
import { describeCode } from '../platform/user-code/describe-code.ts'
import { projectSnapshot } from '../platform/user-code/project-snapshot.ts'
import { TrustStore } from '../platform/user-code/trust-store.ts'
import { trustedLines } from './executors/chosen-executor.ts'

type WithCode = Pick<StudySpecification, 'objective'> &
  Partial<Pick<StudySpecification, 'executor'>>

/**
 * The code of the user that a study would run, as it is now; null for built-in objectives.
 * @param studyDirectory where relative paths of the study file start
 * @throws AppError `file.notFound`
 */
export async function userCodeOf(
  specification: WithCode,
  studyDirectory: string,
): Promise<UserCode | null> {
  const { objective } = specification
  if (!isUserCode(objective)) return null
  return describeCode(objective, studyDirectory, trustedLines(specification))
}

/**
 * The record of trusted code.
 * @returns null for built-in objectives
 * @throws AppError `userCode.untrusted`, `file.notFound`
 */
export async function requireTrustedCode(
  specification: WithCode,
  studyDirectory: string,
  trustFile: string | undefined,
): Promise<ProjectSnapshot | null> {
  const code = await userCodeOf(specification, studyDirectory)
  if (code === null) return null
  if (trustFile === undefined) {
    throw new AppError('userCode.untrusted', { command: commandLineText(code), files: [] })
  }
  return projectSnapshot(new TrustStore(trustFile).require(code), studyDirectory)
}
