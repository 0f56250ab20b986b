import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { parse } from 'yaml'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { readScript } from '../../../../src-main/interop/python-script/read-script.ts'
import { writeScriptStudy } from '../../../../src-main/interop/python-script/write-script-study.ts'

const metric = 'print(f"val_loss: {val_loss}")\n'

function read(text: string, wanted: string | null = null) {
  const description = readScript({ script: text, configs: {} }, () => false, wanted)
  const study = writeScriptStudy(
    {
      script: 'train.py',
      text,
      description,
      command: { interpreter: ['python3'], reason: msg('script.interpreter.default') },
      name: 'train',
    },
    createTranslate('en'),
  )
  const { objective } = parse(study.text) as { objective: { command: readonly string[] } }
  return { ...description, text: study.text, command: objective.command.slice(2) }
}

const argparse = `
import argparse
p = argparse.ArgumentParser()
p.add_argument("--dropout", type=float, default=0.1)
sub = p.add_subparsers(dest="command")
e = sub.add_parser("evaluate", help="x")
e.add_argument("--temperature", type=float, default=1.0)
t = sub.add_parser("train")
g = t.add_argument_group("optimizer")
g.add_argument("--lr", type=float, default=0.01)
t.add_argument("--nesterov", action="store_true")
${metric}`

describe('subcommands of argparse', () => {
  it('are told apart, and the one that trains is started with its own options behind it', () => {
    const { commands, command, settings, text } = read(argparse)
    expect(commands).toEqual({ names: ['evaluate', 'train'], started: 'train' })
    expect(command).toEqual(['--dropout={dropout}', 'train', '--lr={lr}', '{nesterov?--nesterov}'])
    expect(settings.find(({ name }) => name === 'temperature')).toMatchObject({
      role: 'fixed',
      range: null,
      reason: { code: 'script.fixed.otherCommand' },
    })
    expect(text).toContain('starts the subcommand train (of evaluate, train;')
  })

  it('are chosen by a person', () => {
    const { commands, command } = read(argparse, 'evaluate')
    expect(commands?.started).toBe('evaluate')
    expect(command).toEqual(['--dropout={dropout}', 'evaluate', '--temperature={temperature}'])
  })

  it('within functions keep the names of their parsers apart', () => {
    const { command, commands } = read(`
def add_evaluate(sub):
    p = sub.add_parser("evaluate")
    p.add_argument("--lr", type=float, default=0.5)
    common(p)

def add_train(sub):
    p = sub.add_parser("train")
    p.add_argument("--lr", type=float, default=0.01)
    common(p)

def common(parser):
    parser.add_argument("--batch-size", type=int, default=32)

parser = argparse.ArgumentParser()
sub = parser.add_subparsers()
add_evaluate(sub)
add_train(sub)
${metric}`)
    expect(commands?.names).toEqual(['evaluate', 'train'])
    expect(command).toEqual(['train', '--lr={lr}', '--batch-size={batch_size}'])
  })

  it('take what their parents have', () => {
    const { command, settings } = read(`
common = argparse.ArgumentParser(add_help=False)
common.add_argument("--lr", type=float, default=0.01)
parser = argparse.ArgumentParser()
sub = parser.add_subparsers()
sub.add_parser("fit", parents=[common]).add_argument("--momentum", type=float, default=0.9)
sub.add_parser("score", parents=[common])
${metric}`)
    expect(command).toEqual(['fit', '--lr={lr}', '--momentum={momentum}'])
    expect(settings[0]).toMatchObject({ commands: ['fit', 'score'] })
  })

  it('stand within each other', () => {
    const { command, commands } = read(`
parser = argparse.ArgumentParser()
model = parser.add_subparsers().add_parser("model")
train = model.add_subparsers().add_parser("train")
train.add_argument("--lr", type=float, default=0.01)
${metric}`)
    expect(commands?.names).toContain('model train')
    expect(command).toEqual(['model', 'train', '--lr={lr}'])
  })

  it('whose names only a run would know are left to the program', () => {
    const { command, commands } = read(`
for name in names:
    p = sub.add_parser(name)
    p.add_argument("--lr", type=float, default=0.01)
${metric}`)
    expect(commands).toBeNull()
    expect(command).toEqual(['--lr={lr}'])
  })

  it('that hand a parser round in a circle end', () => {
    const { command } = read(`
def a(p): b(p)
def b(p):
    p.add_argument("--lr", type=float, default=0.01)
    a(p)
a(p)
${metric}`)
    expect(command).toEqual(['--lr={lr}'])
  })
})

describe('groups of click and typer', () => {
  it.each([
    [
      'a group',
      `
@click.group()
@click.option("--dropout", default=0.1)
def cli(dropout): pass

@cli.command()
@click.option("--temperature", default=1.0)
def sample(temperature): pass

@cli.command()
@click.option("--lr", default=0.01)
def train_model(lr): pass
`,
      ['--dropout={dropout}', 'train-model', '--lr={lr}'],
    ],
    [
      'a group within one',
      `
@click.group()
def cli(): pass

@cli.group("model")
def models(): pass

@models.command(name="fit")
@click.option("--lr", default=0.01)
def fit_command(lr): pass
`,
      ['model', 'fit', '--lr={lr}'],
    ],
    [
      'commands that are added',
      `
@click.group()
def cli(): pass

@click.command()
@click.option("--lr", default=0.01)
def train_cmd(lr): pass

cli.add_command(train_cmd)
`,
      ['train', '--lr={lr}'],
    ],
    [
      'one command alone',
      `
@click.command()
@click.option("--lr", default=0.01)
def train(lr): pass
`,
      ['--lr={lr}'],
    ],
    [
      'an application of typer',
      `
app = typer.Typer()
@app.command()
def train(lr: float = 0.01): pass
@app.command()
def sample(temperature: float = 1.0): pass
`,
      ['train', '--lr={lr}'],
    ],
    [
      'an application of typer with one command',
      `
app = typer.Typer()
@app.command()
def train(lr: float = 0.01): pass
`,
      ['--lr={lr}'],
    ],
  ])('%s', (_, script, words) => {
    expect(read(`${script}${metric}`).command).toEqual(words)
  })
})
