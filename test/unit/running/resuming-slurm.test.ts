import { expect, it } from 'vitest'
import { fact } from '../../../src-main/core/errors/fact.ts'
import { checkUserCode } from '../../../src-main/features/studies/node/check-user-code.ts'

it('a program that goes on from its folder cannot run on a cluster, and says why', () => {
  const objective = { command: ['train'], slurm: {}, resumes: true }
  expect(checkUserCode(objective, [])).toMatchObject([
    {
      path: ['objective', 'resumes'],
      value: true,
      rule: fact('rule.slurmResumes'),
    },
  ])
  expect(checkUserCode({ ...objective, resumes: false }, [])).toEqual([])
  expect(checkUserCode({ command: ['train'], resumes: true }, [])).toEqual([])
})
