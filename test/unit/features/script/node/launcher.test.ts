import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const launcher = fileURLToPath(
  new URL('../../../../../resources/script/tunewright_run.py', import.meta.url),
)
const hasPython = spawnSync('python3', ['--version']).status === 0

const script = `
import json, sys
from dataclasses import dataclass, field
from settings import WIDTH
LR, MOMENTUM = 0.1, 0.9

@dataclass
class Args:
    dropout: float = field(default=0.5)

def train(layers=2):
    return layers

class Net:
    def __init__(self, units): self.units = units

net = Net(units=(
    8))
with open("config.json") as file:
    config = json.load(file)
print(json.dumps([LR, MOMENTUM, Args().dropout, train(), net.units, WIDTH, config["batch_size"], sys.argv[1:], __name__, __file__]))
`

describe.runIf(hasPython)('the launcher of changed scripts', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'launcher-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const artifacts = path.join(folder, 'artifacts')
  mkdirSync(artifacts)
  writeFileSync(path.join(folder, 'train.py'), script)
  writeFileSync(path.join(folder, 'settings.py'), 'WIDTH = 16\n')
  writeFileSync(path.join(folder, 'config.json'), '{\n  "batch_size": 32\n}\n')
  const launch = (...words: string[]) =>
    spawnSync('python3', [launcher, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TUNEWRIGHT_ARTIFACTS: artifacts },
    })

  it('changes constants, defaults, keywords, modules and configurations, and no file', () => {
    const { stdout, stderr } = launch(
      '--set=train.py:5:MOMENTUM=0.8',
      '--set=train.py:9:dropout=0.25',
      '--set=train.py:11:layers=3',
      '--set=settings.py:1:WIDTH=64',
      '--set=config.json:2:batch_size=8',
      'train.py',
      '--fast',
    )
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([
      0.1,
      0.8,
      0.25,
      3,
      8,
      64,
      8,
      ['--fast'],
      '__main__',
      'train.py',
    ])
    expect(readFileSync(path.join(folder, 'train.py'), 'utf8')).toBe(script)
    const changes = readFileSync(path.join(artifacts, 'changes.diff'), 'utf8')
    expect(changes).toContain('-LR, MOMENTUM = 0.1, 0.9\n+LR, MOMENTUM = 0.1, 0.8')
    expect(changes).toContain('+WIDTH = 64')
  })

  it('refuses a value that is no longer where it was', () => {
    const { status, stderr } = launch('--set=train.py:4:LR=0.2', 'train.py')
    expect(status).toBe(64)
    expect(stderr).toContain('LR is not set on line 4')
  })
})
