import { describe, expect, it } from 'vitest'
import TrustDialog from '../../src-renderer/features/code-trust/TrustDialog.vue'
import { useTrust } from '../../src-renderer/stores/trust.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import PointText from '../../src-renderer/components/PointText.vue'
import ChoiceList from '../../src-renderer/components/ChoiceList.vue'
import UsageGauge from '../../src-renderer/components/UsageGauge.vue'
import { visibleText } from '../../vite.visible-text.ts'
import { PlainOption } from './plain-parts.ts'
import { mountPart, settle, t } from './mount.ts'

describe('text of others on the page', () => {
  it('is shown with what would turn or hide it, in every component', () => {
    const part = mountPart(PointText, { props: { point: { 'a\u202Eb': 'x\u200By' } } })
    expect(part.text()).toContain('a<U+202E>b')
    expect(part.text()).toContain('x<U+200B>y')
  })

  it('is shown in attributes and in the options of a list', () => {
    const values = ['a\u202Eb']
    const list = mountPart(ChoiceList, { props: { of: values, named: String, modelValue: '' } })
    const options = list.wrapper.findAllComponents(PlainOption)
    expect(options.map(option => option.props('label') as unknown)).toEqual(['a<U+202E>b'])
    const gauge = mountPart(UsageGauge, {
      props: { label: 'x\u200By', shares: [0.5], text: String },
    })
    expect(gauge.wrapper.find('.name').attributes('title')).toBe('x<U+200B>y')
  })

  it('is shown by the components of Element Plus too', () => {
    const { transform } = visibleText() as unknown as {
      transform: (code: string, id: string) => unknown
    }
    const aliased =
      'import { h, toDisplayString as _toDisplayString, x } from "vue";\n_toDisplayString(a)'
    const plain = 'import { h, toDisplayString, x } from "vue";\ntoDisplayString(a)'
    for (const [code, name] of [
      [aliased, '_toDisplayString'],
      [plain, 'toDisplayString'],
    ] as const) {
      const made = transform(code, '/node_modules/element-plus/es/a.mjs') as { code: string }
      expect(made.code).toMatch(new RegExp(`^import \\{ shownText as ${name} \\} from`))
      expect(made.code).toContain('import { h, x } from "vue"')
    }
  })

  it('also where a person is asked for trust, with what that does not cover', async () => {
    const part = mountPart(TrustDialog)
    useTrust().question = {
      code: {
        kind: 'command',
        shell: false,
        directory: '/d',
        fingerprint: '0',
        files: [{ path: '/d/a.py', sha256: '12' }],
        texts: [{ path: '/d/a.py', text: 'run(\u202E)', leftOutBytes: 0 }],
        command: ['tool\u202E', 'a b'],
        environment: { LD_PRELOAD: '\u2066x' },
        programs: [{ name: 'tool', found: '/bin/tool', file: '/opt/tool' }],
        executor: ['--export=ALL,X=\u200B1'],
        missing: [{ path: [], value: '', rule: msg('rule.scriptMissing', { path: '/d/b.py' }) }],
        notCovered: [msg('trust.uncovered.module', { name: 'm' })],
      },
      answer: () => undefined,
    }
    await settle()
    for (const text of [
      'run(<U+202E>)',
      '"tool<U+202E>" "a b"',
      '<U+2066>x',
      'tool → /bin/tool → /opt/tool',
      'X=<U+200B>1',
      '/d/b.py does not exist.',
      t('trust.notCovered'),
      t('trust.uncovered.module', { name: 'm' }),
    ]) {
      expect(part.text()).toContain(text)
    }
  })

  it('shows each break in a command, and each variable and option on a line of its own', async () => {
    const part = mountPart(TrustDialog)
    useTrust().question = {
      code: {
        kind: 'command',
        shell: true,
        directory: '/d\n/e',
        fingerprint: '0',
        files: [
          { path: '/d/big.py', sha256: '12' },
          { path: '/d/a.bin', sha256: '34' },
        ],
        texts: [{ path: '/d/big.py', text: 'begin', leftOutBytes: 1234 }],
        command: ['python3 a.py # a remark\ntouch b'],
        environment: { A: '1\n\nTrusted  B=2', C: '3' },
        programs: [],
        executor: ['--a', '--b\n--c'],
        missing: [],
        notCovered: [],
      },
      answer: () => undefined,
    }
    await settle()
    const shown = part.wrapper.findAll('code').map(each => each.element.textContent)
    expect(shown).toEqual([
      'python3 a.py # a remark↵\ntouch b',
      '/d\\x0a/e',
      'A=1\\x0a\\x0aTrusted  B=2',
      'C=3',
      '--a',
      '--b\\x0a--c',
      '/d/big.py',
      '/d/a.bin',
    ])
    expect(part.text()).toContain(t('trust.textLeftOut', { bytes: 1234 }))
    expect(part.text().split(t('trust.noText'))).toHaveLength(2)
  })
})
