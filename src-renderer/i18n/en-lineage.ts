/** Texts for trials that wait, and that go on from one another. */
export const enLineage = {
  title: 'Before and after',
  help: 'Trials whose training this one went on from, and those that go on from it. Pick one to open it.',
  schedule: '{name} over the steps',
  shownOf: 'Showing {shown} of {count} changed parameters.',
  root: 'from trial {number}, step {step}',
  pause: 'Pause this trial',
  pauseHelp: 'It saves what it has learnt and frees its slot.',
  unpause: 'Let it go on',
  paused: 'paused',
  pausedHelp: 'It waits until you let it go on; the study goes on without it.',
  unpauseLater: 'It goes on when the study is resumed.',
  extend: 'Train longer',
  extendHelp: 'A new trial goes on after step {step} of trial {number}, with the same parameters.',
  epochs: 'Further epochs',
  steps: 'Further steps',
  extended: 'Trained longer next: trial {numbers}.',
  fork: 'Fork',
  forkHelp: 'A new trial begins with what trial {number} had learnt at step {step}.',
  mode: 'How it begins',
  forkMode: 'goes on after step {step}, with these values from there',
  warmMode: 'takes the weights that fit, and begins at the first step',
  forked: 'A fork of trial {number} is trained next.',
  noCheckpoint: 'No checkpoint is kept, so nothing can go on from it.',
  whyNot: {
    program:
      'It cannot be trained longer or forked: the study does not say that its program goes on from checkpoints (“resumes” of the objective).',
    oneStep: 'It cannot be trained longer or forked: it has one step only.',
    hypergradients:
      'It cannot be trained longer or forked: a training with hypergradients leaves no checkpoints.',
  },
  resumeFirst: 'The study has ended or waits: resume it to train what is queued.',
} as const
