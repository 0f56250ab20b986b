import { expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { checkExecutor } from '../../../../src-main/running/executors/check-executor.ts'

it('a program that goes on from its folder cannot run on a cluster, and says why', () => {
  const objective = { command: ['train'], resumes: true }
  const executor = { slurm: {} }
  expect(checkExecutor({ objective, executor })).toMatchObject([
    {
      path: ['objective', 'resumes'],
      value: true,
      rule: msg('rule.executorCheckpoints', { executor: 'slurm' }),
    },
  ])
  expect(checkExecutor({ objective: { ...objective, resumes: false }, executor })).toEqual([])
  expect(checkExecutor({ objective })).toEqual([])
})
