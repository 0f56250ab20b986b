import { describe, expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { readStudyText } from '../../../../src-main/interop/study-file/read-study-text.ts'
import { redactSource } from '../../../../src-main/interop/study-file/redact-source.ts'
import { withoutSecrets } from '../../../../src-main/platform/user-code/secret-variables.ts'

const secret = 'hunter2-hunter2'
const rest = `
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } } # the whole space
stop: { trials: 1 }
`

function redacted(source: string): string {
  const { raw } = readStudyText(source, 'yaml')
  const parsed = studySpecificationSchema.parse(raw)
  const specification = { ...parsed, objective: withoutSecrets(parsed.objective) }
  return redactSource(source, specification, [secret])
}

describe('a study file without secrets', () => {
  it.each([
    [
      'a value',
      `name: a\nobjective:\n  command: [run]\n  environment: { HF_TOKEN: ${secret} }${rest}`,
    ],
    [
      'a quoted one',
      `name: a\nobjective: { command: [run], environment: { "HF_TOKEN": "${secret}" } }${rest}`,
    ],
    [
      'several lines',
      `name: a\nobjective:\n  command: [run]\n  environment:\n    HF_TOKEN: >-\n      ${secret}\n${rest}`,
    ],
  ])('%s: everything else stays as it is', (_what, source) => {
    const text = redacted(source)
    expect(text).not.toContain(secret)
    expect(text).toContain('# the whole space')
    expect(readStudyText(text, 'yaml').raw).toMatchObject({
      name: 'a',
      objective: { command: ['run'], environment: { HF_TOKEN: '[redacted]' } },
    })
  })

  it.each([
    [
      'a comment',
      `name: a # ${secret}\nobjective: { command: [run], environment: { HF_TOKEN: ${secret} } }${rest}`,
    ],
    [
      'an anchor',
      `name: a\ntags: &t ${secret}\nobjective: { command: [run], environment: { HF_TOKEN: *t } }${rest}`.replace(
        'tags: &t',
        'note: &t',
      ),
    ],
  ])('is written again where %s has one', (_what, source) => {
    const { raw } = readStudyText(source.replace(/^note:.*\n/m, '').replace('*t', secret), 'yaml')
    const parsed = studySpecificationSchema.parse(raw)
    const specification = { ...parsed, objective: withoutSecrets(parsed.objective) }
    const text = redactSource(source, specification, [secret])
    expect(text).not.toContain(secret)
    expect(studySpecificationSchema.parse(readStudyText(text, 'yaml').raw)).toMatchObject({
      name: 'a',
    })
  })

  it('stays JSON', () => {
    const source = JSON.stringify({
      name: 'a',
      objective: { command: ['run'], environment: { API_KEY: secret } },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
      stop: { trials: 1 },
    })
    const text = redacted(source)
    expect(text).not.toContain(secret)
    expect(JSON.parse(text)).toMatchObject({
      objective: { environment: { API_KEY: '[redacted]' } },
    })
  })
})
