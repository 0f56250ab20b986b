import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RequestOf } from '../../src-main/features/api/common/methods.ts'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import type { ShownCode } from '../../src-main/core/study/user-code.ts'
import { call } from '../bridge/call.ts'
import { Declined } from '../composables/declined.ts'

export type CodeSource = RequestOf<'code.describe'>['source']

/** The question whether code of the user may run; one at a time. */
export const useTrust = defineStore('trust', () => {
  const question = shallowRef<{
    readonly code: ShownCode
    readonly answer: (yes: boolean) => void
  } | null>(null)

  async function ask(code: ShownCode): Promise<boolean> {
    const yes = await new Promise<boolean>(resolve => {
      question.value = { code, answer: resolve }
    })
    question.value = null
    return yes
  }

  /**
   * Does something that may run code of the user; where that is not trusted yet, a person is asked and it is tried again.
   * @throws what the work throws; `Declined` if the answer is no
   */
  async function withTrust<Result>(
    source: CodeSource,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!isAppError(error, 'userCode.untrusted')) throw error
      const code = await call('code.describe', { source })
      if (code === null) throw error
      if (!(await ask(code))) throw new Declined()
      await call('code.trust', { source, fingerprint: code.fingerprint })
      return work()
    }
  }

  return { question, withTrust }
})
