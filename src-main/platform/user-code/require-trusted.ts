import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type {
  PrepareMessage,
  StartMessage,
  UserTrial,
} from '../../core/processes/trainer-protocol.ts'
import type { CommandObjective, ModuleObjective, UserCode } from '../../core/study/user-code.ts'
import { describeCode } from './describe-code.ts'
import { withoutNewData } from './new-data.ts'

/**
 * The code of an objective, if it still is what main found trusted.
 * @param executor what else trust covers, as `describeCode` takes it
 * @throws AppError `userCode.changed`
 */
export async function requireTrusted(
  objective: CommandObjective | ModuleObjective,
  { userCode }: Pick<PrepareMessage, 'userCode'>,
  executor: readonly string[] = [],
): Promise<UserCode> {
  if (userCode === undefined) {
    const rule = msg('rule.present')
    throw new AppError('protocol.invalid', { from: 'main', field: 'userCode', value: null, rule })
  }
  const currentCode = withoutNewData(
    await describeCode(objective, userCode.studyDirectory, executor),
    userCode.files,
  )
  if (currentCode.fingerprint === userCode.fingerprint) return currentCode
  const before = new Map(userCode.files.map(({ path, sha256 }) => [path, sha256]))
  const changed = currentCode.files.find(({ path, sha256 }) => before.get(path) !== sha256)
  throw new AppError('userCode.changed', { path: changed?.path ?? currentCode.directory })
}

/** @throws AppError `protocol.invalid` for an attempt without a folder */
export function userTrialOf({ userTrial }: Pick<StartMessage, 'userTrial'>): UserTrial {
  if (userTrial !== undefined) return userTrial
  const rule = msg('rule.present')
  throw new AppError('protocol.invalid', { from: 'main', field: 'userTrial', value: null, rule })
}

export function noTestSplit(objective: string): AppError {
  const rule = msg('rule.noTestSplit')
  return new AppError('training.invalid', { field: 'objective', value: objective, rule })
}
