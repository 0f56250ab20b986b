"""Transformers and PEFT: LoRA adapters on a causal language model, with learning rates that follow the rank."""

import os

import peft
import torch
import transformers

import tunewright

EPOCHS = 4
trial = tunewright.trial(
    defaults={
        "rateAtRank8": 2e-4,
        "rank": 8,
        "alphaOverRank": 2,
        "dropout": 0.05,
        "targets": "all-linear",
        "warmup": 0.05,
        "batchSize": 16,
    }
)
transformers.set_seed(trial.seed % 2**32)
torch.set_num_threads(1)

# ---- Your model and data: a checkpoint, and texts as tokens. ----
# model = transformers.AutoModelForCausalLM.from_pretrained("…", dtype="auto")
model = transformers.LlamaForCausalLM(
    transformers.LlamaConfig(
        vocab_size=32,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        tie_word_embeddings=False,
    )
)


def texts(count, seed):
    """Sequences that count on in steps of one to three."""
    generator = torch.Generator().manual_seed(seed)
    start, stride = torch.randint(32, (count, 1), generator=generator), torch.randint(1, 4, (count, 1), generator=generator)
    tokens = (start + stride * torch.arange(16)) % 32
    return [{"input_ids": one, "labels": one} for one in tokens]


train, validation, test = texts(512, 1), texts(128, 2), texts(128, 3)
# ---- Up to here. ----

# The update is scaled by alpha / rank, which stays as it is here when the rank grows; the sum over the rank then grows like its square
# root, and the learning rate falls by as much. So the best `rateAtRank8` is about the same for all ranks.
learning_rate = trial.rateAtRank8 * (8 / trial.rank) ** 0.5
targets = trial.targets if trial.targets == "all-linear" else ["q_proj", "v_proj"]
model = peft.get_peft_model(
    model,
    peft.LoraConfig(
        task_type=peft.TaskType.CAUSAL_LM,
        r=trial.rank,
        lora_alpha=trial.alphaOverRank * trial.rank,
        lora_dropout=trial.dropout,
        target_modules=targets,
    ),
)


class Report(transformers.TrainerCallback):
    """Reports an evaluation once its checkpoint is saved: what was reported is never lost."""

    metrics = {}

    def on_evaluate(self, args, state, control, metrics, **_):
        self.metrics = {name: metrics[name] for name in ("eval_loss",) if name in metrics}

    def on_save(self, args, state, control, **_):
        trial.report(round(state.epoch), **self.metrics)
        control.should_training_stop = control.should_training_stop or trial.should_stop()


folder = trial.checkpoint_directory or "checkpoints"
trainer = transformers.Trainer(
    model=model,
    args=transformers.TrainingArguments(
        output_dir=folder,
        learning_rate=learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=trial.warmup,
        weight_decay=0.0,
        num_train_epochs=trial.last_step(EPOCHS),
        per_device_train_batch_size=trial.batchSize,
        per_device_eval_batch_size=64,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        seed=trial.seed % 2**32,
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
