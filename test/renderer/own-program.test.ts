import { describe, expect, it } from 'vitest'
import {
  directionOf,
  EXAMPLE_PATTERN,
  partsOfOutput,
  withMetric,
} from '../../src-renderer/features/new-study/metric-in-output.ts'
import { splitCommand } from '../../src-renderer/features/new-study/split-command.ts'
import { suggestedParameter } from '../../src-renderer/features/new-study/suggested-parameter.ts'
import { tunableArguments } from '../../src-renderer/features/new-study/tunable-arguments.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import { canCreate, check, name, verdict, view } from './new-study-page.ts'
import { pass, t } from './mount.ts'

describe('a command of one line', () => {
  it.each([
    ['python train.py --lr {lr}', ['python', 'train.py', '--lr', '{lr}'], {}],
    [
      `CUDA_VISIBLE_DEVICES=0 python 'my train.py' --name "a \\"b\\"" --x=''`,
      ['python', 'my train.py', '--name', 'a "b"', '--x='],
      { CUDA_VISIBLE_DEVICES: '0' },
    ],
    [
      'python train.py \\\n  --lr 0.1 \\\n  --epochs 3',
      'python train.py --lr 0.1 --epochs 3'.split(' '),
      {},
    ],
    [String.raw`C:\tools\python.exe a\ b.py`, [String.raw`C:\tools\python.exe`, 'a b.py'], {}],
  ])('%s is split as a shell does', (text, words, environment) => {
    expect(splitCommand(text)).toEqual({ words, environment })
  })

  it.each([
    'python',
    'a | b',
    'cd x && python y',
    "python 'x",
    'python a\npython b',
    'python $X',
    '',
  ])('%j is left alone', text => {
    expect(splitCommand(text)).toBeNull()
  })
})

describe('numbers of a command', () => {
  it('become parameters around their value', () => {
    const words =
      'python train.py --lr 0.003 --epochs=10 model.depth=40 --seed 3 --name 7up 5'.split(' ')
    expect(tunableArguments(words).map(({ name: argument, value }) => [argument, value])).toEqual([
      ['lr', 0.003],
      ['epochs', 10],
      ['model.depth', 40],
    ])
    const [lr, epochs, depth] = tunableArguments(words)
    expect(lr?.words.slice(2, 4)).toEqual(['--lr', '{lr}'])
    expect(lr?.parameter).toEqual({ float: [1e-5, 0.1], log: true })
    expect(epochs?.words[4]).toBe('--epochs={epochs}')
    // Outside the usual range, around the value.
    expect(depth?.parameter).toEqual({ int: [20, 80] })
    expect(tunableArguments(['x', '--margin', '25.0'])[0]?.parameter).toEqual({
      float: [2.5, 250],
      log: true,
    })
  })

  it.each([
    ['lr', { float: [1e-5, 0.1], log: true }],
    ['weight_decay', { float: [1e-6, 0.1], log: true }],
    ['dropout', { float: [0, 0.9] }],
    ['batch-size', { choice: [16, 32, 64, 128, 256] }],
    ['foo', { float: [0, 1] }],
  ])('%s gets the usual range', (argument, parameter) => {
    expect(suggestedParameter(argument)).toEqual(parameter)
  })
})

describe('the output of a program', () => {
  const metricsIn = (text: string) =>
    partsOfOutput(text).flatMap(({ text: number, metric }) =>
      metric === null ? [] : [{ number, ...metric }],
    )

  it.each([
    ['epoch 3 loss 0.25', 'loss', '0.25', 'minimize'],
    ['Epoch 12/20: val_acc=0.913, time 3.2s', 'val_acc', '0.913', 'maximize'],
    ['Test accuracy: 91.5%', 'TestAccuracy', '91.5', 'maximize'],
    ['The RMSE is 1.5e-3', 'TheRMSE', '1.5e-3', 'minimize'],
  ])('%j names a metric whose pattern finds it', (line, metricName, value, direction) => {
    const [metric] = metricsIn(`start\n${line}\n`)
    expect(metric).toMatchObject({ name: metricName, number: value, direction })
    const pattern = metric?.metrics.from === 'pattern' ? metric.metrics.pattern : ''
    expect(new RegExp(pattern).exec(line)?.groups?.[metricName]).toBe(value)
    expect(new RegExp(pattern).exec(line.replace(value, 'nan'))?.groups?.[metricName]).toBe('nan')
  })

  it('gives the step where the line counts', () => {
    const [metric] = metricsIn('epoch 3 loss 0.25')
    const pattern = metric?.metrics.from === 'pattern' ? metric.metrics.pattern : ''
    expect(new RegExp(pattern).exec('epoch 7 loss 0.125')?.groups).toMatchObject({
      step: '7',
      loss: '0.125',
    })
  })

  it('of JSON needs no pattern', () => {
    expect(metricsIn('{"epoch": 3, "loss": 0.25}')).toEqual([
      { number: '0.25', name: 'loss', direction: 'minimize', metrics: { from: 'lines' } },
    ])
    expect(metricsIn('2024-05-01 12:30:00 started with 4 workers')).toEqual([])
  })

  it.each([
    'loss 0.43',
    'loss: 0.43',
    'loss=0.43',
    'val_loss 0.43',
    '{"loss": 0.43}',
    'loss = 4.3e-1',
  ])('the first pattern reads %j', line => {
    const value = new RegExp(EXAMPLE_PATTERN).exec(line)?.groups?.['loss']
    expect(Number(value)).toBe(0.43)
  })

  it('keeps what its other patterns read when a number is chosen', () => {
    const text = 'epoch 1 loss 0.5\nepoch 2 loss 0.4\nval accuracy: 0.6\n'
    const accuracy = metricsIn(text).find(({ name: metric }) => metric === 'valAccuracy')
    const chosen = accuracy?.metrics ?? { from: 'lines' as const }
    const losses = String.raw`epoch (?<step>\d+) loss (?<loss>\S+)`
    const patterns = [losses, String.raw`rmse (?<rmse>\S+)`]
    expect(withMetric(chosen, patterns, text)).toEqual({
      from: 'pattern',
      pattern: [chosen.from === 'pattern' ? chosen.pattern : '', losses],
    })
    // One that reads the same metric gives way.
    expect(withMetric(chosen, [String.raw`(?<valAccuracy>\S+)$`], text)).toEqual(chosen)
  })

  it.each([
    ['maximize', 'accuracy valAccuracy f1 auc val_r2 R2 bleu iou'],
    ['minimize', 'loss error rmse mae perplexity mape accuracyLoss brierScore seconds'],
  ])('%s is the direction of some names', (direction, names) => {
    for (const metric of names.split(' '))
      expect([metric, directionOf(metric)]).toEqual([metric, direction])
  })

  it('is the same text in parts', () => {
    const text = 'a 1\nloss: 2\n\nb'
    expect(
      partsOfOutput(text)
        .map(part => part.text)
        .join(''),
    ).toBe(text)
  })
})

it('a pasted command and two presses make a study that can run', async () => {
  const part = await view({}, false)
  await part.wrapper.find('input[value=program]').setValue(true)
  await pass(400)
  await part.type(name, 'pasted')
  const field = part.field(t('programs.command')).element as HTMLTextAreaElement
  field.select()
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', 'python3 train.py --lr 0.003 --epochs 10')
  field.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
  )
  await pass(400)
  expect(field.value).toBe('python3\ntrain.py\n--lr\n0.003\n--epochs\n10')
  await part.press(t('programs.tune', { name: 'lr' }))
  await part.press(t('programs.tune', { name: 'epochs' }))
  await pass(400)
  const checked = check(part.value(t('newStudy.file')))
  expect(checked).toMatchObject({ ok: true })
  if (checked.ok) expect(Object.keys(checked.specification.space)).toEqual(['lr', 'epochs'])
  expect(verdict(part)).toBe(t('newStudy.valid'))
})

it('the example of a program is no mistake before somebody has touched it', async () => {
  const rule = msg('rule.scriptMissing', { path: '/home/me/train.py' })
  const missing = [{ path: ['objective', 'command'], value: 'train.py', rule }]
  const part = await view({ back: { 'code.describe': { missing } as never } }, false)
  await part.wrapper.find('input[value=program]').setValue(true)
  await pass(400)
  await part.type(name, 'untouched')
  await pass(400)
  expect(verdict(part)).toBe(t('newStudy.next.program'))
  expect(part.text()).not.toContain(t.format(rule))
  expect(canCreate(part)).toBe(false)
  await part.type(t('programs.command'), 'python3\ntrain.py\n--lr={learningRate}')
  await pass(400)
  expect(part.text()).toContain(t.format(rule))
})

it('a program without numbers is told how to get some; its first part is named for it', async () => {
  const part = await view({}, false)
  await part.wrapper.find('input[value=program]').setValue(true)
  await pass(400)
  await part.type(name, 'plain')
  await part.type(t('programs.command'), 'python3\ntrain.py')
  await pass(400)
  expect(part.text()).toContain(t('newStudy.nothingToTune'))
  expect(part.text()).not.toContain(t('rule.needsParameter'))
  expect(part.wrapper.find('h2').text()).toContain(t('newStudy.program'))
})

it('the direction of a goal follows its name until a person chooses it', async () => {
  const part = await view({}, false)
  await part.wrapper.find('input[value=program]').setValue(true)
  await pass(400)
  const goals = () => /goals:[^]*?(?=\n\w)/.exec(part.value(t('newStudy.file')))?.[0] ?? ''
  await part.type(t('programs.metric'), 'accuracy')
  await pass(400)
  expect(goals()).toContain('maximize')
  await part.type(t('programs.metric'), 'rmse')
  await pass(400)
  expect(goals()).toContain('minimize')
  await part.choose(t('programs.direction'), 'maximize')
  await part.type(t('programs.metric'), 'loss')
  await pass(400)
  expect(goals()).toContain('maximize')
})
