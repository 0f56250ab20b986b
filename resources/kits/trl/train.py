"""TRL: supervised fine-tuning of a causal language model, of all weights or by LoRA."""

import os

import datasets
import tokenizers
import torch
import transformers
import trl

import tunewright

EPOCHS = 4
trial = tunewright.trial(
    defaults={
        "learningRate": 3e-4,
        "weightDecay": 0.01,
        "beta2": 0.999,
        "warmup": 0.05,
        "noise": 0,
        "batchSize": 16,
        "rank": 0,
    }
)
datasets.disable_progress_bars()
transformers.set_seed(trial.seed % 2**32)
torch.set_num_threads(1)

# ---- Your model and data: a checkpoint with its tokenizer, and prompts with what should follow. ----
# model = transformers.AutoModelForCausalLM.from_pretrained("…", dtype="auto")
# tokenizer = transformers.AutoTokenizer.from_pretrained("…")
words = ["<pad>", "<end>", "<unknown>", "count", "by", ":", *map(str, range(32))]
vocabulary = tokenizers.Tokenizer(
    tokenizers.models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<unknown>")
)
vocabulary.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
tokenizer = transformers.PreTrainedTokenizerFast(
    tokenizer_object=vocabulary, pad_token="<pad>", eos_token="<end>", unk_token="<unknown>"
)
model = transformers.LlamaForCausalLM(
    transformers.LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
)


def examples(count, seed):
    """Prompts that ask to count on from a number in steps of one to three; the loss is that of the answers alone."""
    generator = torch.Generator().manual_seed(seed)
    starts = torch.randint(32, (count,), generator=generator).tolist()
    strides = torch.randint(1, 4, (count,), generator=generator).tolist()
    rows = [(start, stride, [(start + stride * index) % 32 for index in range(1, 12)]) for start, stride in zip(starts, strides)]
    return datasets.Dataset.from_dict(
        {
            "prompt": [f"count by {stride} : {start}" for start, stride, _ in rows],
            "completion": [" " + " ".join(map(str, answer)) for _, _, answer in rows],
        }
    )


train, validation, test = examples(512, 1), examples(128, 2), examples(128, 3)
# ---- Up to here. ----

adapter = None
learning_rate = trial.learningRate
if trial.rank > 0:
    import peft

    # The update is scaled by alpha / rank, which stays the same when the rank grows; the sum over the rank then grows like its square
    # root, and the learning rate falls by as much. So `learningRate` is that of rank 8.
    learning_rate *= (8 / trial.rank) ** 0.5
    adapter = peft.LoraConfig(
        task_type=peft.TaskType.CAUSAL_LM, r=trial.rank, lora_alpha=2 * trial.rank, target_modules="all-linear"
    )


class Report(transformers.TrainerCallback):
    """Reports an evaluation once its checkpoint is saved: what was reported is never lost."""

    metrics = {}

    def on_evaluate(self, args, state, control, metrics, **_):
        names = ("eval_loss", "eval_mean_token_accuracy")
        self.metrics = {name: metrics[name] for name in names if name in metrics}

    def on_save(self, args, state, control, **_):
        trial.report(round(state.epoch), **self.metrics)
        control.should_training_stop = control.should_training_stop or trial.should_stop()


folder = trial.checkpoint_directory or "checkpoints"
trainer = trl.SFTTrainer(
    model=model,
    processing_class=tokenizer,
    peft_config=adapter,
    args=trl.SFTConfig(
        output_dir=folder,
        learning_rate=learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=trial.warmup,
        weight_decay=trial.weightDecay,
        adam_beta2=trial.beta2,
        neftune_noise_alpha=trial.noise or None,
        num_train_epochs=trial.last_step(EPOCHS),
        per_device_train_batch_size=trial.batchSize,
        per_device_eval_batch_size=64,
        max_length=64,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        seed=trial.seed % 2**32,
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        report_to=[],
        disable_tqdm=True,
    ),
    train_dataset=train,
    eval_dataset=validation,
    callbacks=[Report()],
)
# The last checkpoint that was written as a whole: this file of it comes last.
saved = sorted(
    (name for name in os.listdir(folder) if os.path.exists(os.path.join(folder, name, "trainer_state.json"))),
    key=lambda name: int(name.split("-")[-1]),
) if os.path.isdir(folder) else []
trainer.train(resume_from_checkpoint=os.path.join(folder, saved[-1]) if saved else None)
if not trial.should_stop():
    trial.attribute("learning_rate", learning_rate)
    # Seen by no decision of the search: what to expect of new texts.
    trainer.remove_callback(Report)
    trial.attribute("test_loss", trainer.evaluate(test, metric_key_prefix="test")["test_loss"])
