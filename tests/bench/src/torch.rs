//! PyTorch on one thread, in a process that answers line by line, so that it takes its turns with the others.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::in_project;
use crate::ladder::{Case, FOLDER};
use crate::stage::Opened;

/// Where a Python may be that has PyTorch. The first in PATH may be another one than the system's.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

pub struct Torch {
    pub version: String,
    // Killed when this is dropped.
    _process: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Torch {
    /// None if it is not there, which is no failure.
    pub async fn start() -> Result<Option<Self>> {
        for python in PYTHONS {
            let import = ["-c", "import torch; print(torch.__version__)"];
            let answer = Command::new(python).args(import).output().await;
            if let Ok(answer) = answer
                && answer.status.success()
            {
                let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
                return Self::start_with(python, version).map(Some);
            }
        }
        Ok(None)
    }

    fn start_with(python: &str, version: String) -> Result<Self> {
        let mut process = Command::new(python)
            .arg(in_project("tests/bench/torch_contender.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let questions = process.stdin.take().context("no way to ask PyTorch")?;
        let answers = BufReader::new(process.stdout.take().context("no way to hear PyTorch")?).lines();
        Ok(Self { version, _process: process, questions, answers })
    }

    pub async fn open(&mut self, case: &Case, steps: usize) -> Result<Opened> {
        let file = in_project(FOLDER).join(case.file());
        Opened::of(&self.ask(json!(["open", file, steps])).await?)
    }

    pub async fn calibrate(&mut self, milliseconds: f64) -> Result<()> {
        self.ask(json!(["calibrate", milliseconds])).await.map(|_| ())
    }

    pub async fn time(&mut self) -> Result<f64> {
        self.ask(json!(["time"])).await?.as_f64().context("no time")
    }

    pub async fn loss(&mut self) -> Result<f64> {
        Ok(self.ask(json!(["loss"])).await?.as_f64().unwrap_or(f64::NAN))
    }

    async fn ask(&mut self, question: Value) -> Result<Value> {
        self.questions.write_all(format!("{question}\n").as_bytes()).await?;
        let answer = self.answers.next_line().await?.with_context(|| format!("PyTorch ended at {question}"))?;
        let answer: Value = serde_json::from_str(&answer).with_context(|| answer.clone())?;
        ensure!(answer.get("error").is_none(), "PyTorch: {}", answer["error"]);
        Ok(answer["value"].clone())
    }
}
