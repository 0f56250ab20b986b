import { AppError } from '../../core/errors/errors.ts'
import { isUserCode, type StudySpecification } from '../../core/study/study-specification.ts'
import type { ProjectFacts, UserCode } from '../../core/study/user-code.ts'
import { describeCode } from './describe-code.ts'
import { projectFacts } from './project-facts.ts'
import { TrustStore } from './trust-store.ts'

/**
 * The code of the user that a study would run, as it is now; null for built-in objectives.
 * @param studyDirectory where relative paths of the study file start
 * @throws AppError `file.notFound`
 */
export async function userCodeOf(
  { objective }: Pick<StudySpecification, 'objective'>,
  studyDirectory: string,
): Promise<UserCode | null> {
  return isUserCode(objective) ? describeCode(objective, studyDirectory) : null
}

/**
 * The record of trusted code.
 * @returns null for built-in objectives
 * @throws AppError `userCode.untrusted`, `file.notFound`
 */
export async function requireTrustedCode(
  specification: Pick<StudySpecification, 'objective'>,
  studyDirectory: string,
  trustFile: string | undefined,
): Promise<ProjectFacts | null> {
  const code = await userCodeOf(specification, studyDirectory)
  if (code === null) return null
  if (trustFile === undefined) {
    throw new AppError('userCode.untrusted', { command: code.command.join(' '), files: [] })
  }
  new TrustStore(trustFile).require(code)
  return projectFacts(code, studyDirectory)
}
