//! Where contenders are: the bench's page in a browser, and PyTorch beside it.

use anyhow::{Context, Result, bail};
use e2e::{Page, number};
use serde_json::{Value, json};

use crate::in_project;
use crate::ladder::{Case, FOLDER, Net};
use crate::torch::Torch;

/// Who trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// This lab.
    Lab,
    /// TensorFlow.js on WebAssembly, with its vectors.
    TensorFlowWasm,
    /// TensorFlow.js in JavaScript.
    TensorFlowCpu,
    /// ConvNetJS.
    ConvNet,
    /// Loops over typed arrays, written for the bench.
    Plain,
    /// PyTorch outside of the browser, on one thread.
    PyTorch,
}

impl Contender {
    /// Everybody who runs in the browser.
    pub const IN_BROWSER: [Self; 5] =
        [Self::Lab, Self::TensorFlowWasm, Self::TensorFlowCpu, Self::ConvNet, Self::Plain];

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lab => "this lab",
            Self::TensorFlowWasm => "TensorFlow.js, wasm",
            Self::TensorFlowCpu => "TensorFlow.js, cpu",
            Self::ConvNet => "ConvNetJS",
            Self::Plain => "plain JavaScript",
            Self::PyTorch => "PyTorch, native",
        }
    }

    /// Its name in the page's script.
    fn id(self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::TensorFlowWasm => "tensorflow-wasm",
            Self::TensorFlowCpu => "tensorflow-cpu",
            Self::ConvNet => "convnet",
            Self::Plain => "plain",
            Self::PyTorch => "torch",
        }
    }

    /// Whether the lab is to be compared with it as a library for the browser.
    pub fn is_library(self) -> bool {
        match self {
            Self::TensorFlowWasm | Self::TensorFlowCpu | Self::ConvNet => true,
            Self::Lab | Self::Plain | Self::PyTorch => false,
        }
    }

    /// Whether it has such networks at all.
    pub fn can_run(self, net: Net) -> bool {
        self != Self::ConvNet || matches!(net, Net::Perceptron { .. })
    }
}

/// What a contender says of a run before it is timed.
pub struct Opened {
    /// Trainable numbers.
    pub parameters: usize,
    /// The losses before each of the first steps.
    pub losses: Vec<f64>,
}

impl Opened {
    pub(crate) fn of(answer: &Value) -> Result<Self> {
        let losses = answer["losses"].as_array().context("no losses")?;
        let parameters = answer["parameters"].as_u64().context("no count of parameters")?;
        // What is not finite arrives as a word.
        let losses = losses.iter().map(|loss| loss.as_f64().unwrap_or(f64::NAN)).collect();
        Ok(Self { parameters: usize::try_from(parameters)?, losses })
    }
}

/// Everybody, ready to be asked.
pub struct Stage {
    page: Page,
    torch: Option<Torch>,
}

impl Stage {
    /// Opens the bench's page, and looks for PyTorch if it is wanted.
    pub async fn start(with_torch: bool) -> Result<Self> {
        let torch = if with_torch { Torch::start().await? } else { None };
        let folders = [("/bench", in_project("tests/bench")), ("/run-files", in_project(FOLDER))];
        let page = Page::blank_beside(&folders).await?;
        let stage = Self { page, torch };
        stage.fresh_page().await?;
        Ok(stage)
    }

    /// The version of PyTorch, if it is there.
    pub fn torch_version(&self) -> Option<&str> {
        self.torch.as_ref().map(|torch| torch.version.as_str())
    }

    /// Begins with empty memories in the browser.
    pub async fn fresh_page(&self) -> Result<()> {
        self.page.client().goto(&format!("http://{}/bench/index.html", self.page.site.host())).await?;
        self.page.wait_for("window.bench").await
    }

    /// Opens a case for somebody, who is called `key` from now on, and trains it for so many steps.
    pub async fn open(&mut self, key: &str, who: Contender, case: &Case, steps: usize) -> Result<Opened> {
        if who == Contender::PyTorch {
            return self.torch()?.open(case, steps).await;
        }
        let file = format!("../run-files/{}", case.file());
        Opened::of(&self.ask("open", json!([key, who.id(), file, steps])).await?)
    }

    /// Finds how many steps take about so many milliseconds.
    pub async fn calibrate(&mut self, key: &str, who: Contender, milliseconds: f64) -> Result<()> {
        if who == Contender::PyTorch {
            return self.torch()?.calibrate(milliseconds).await;
        }
        self.ask("calibrate", json!([key, milliseconds])).await.map(|_| ())
    }

    /// Microseconds a step.
    pub async fn time(&mut self, key: &str, who: Contender) -> Result<f64> {
        if who == Contender::PyTorch {
            return self.torch()?.time().await;
        }
        Ok(number(&self.ask("time", json!([key])).await?))
    }

    /// The loss as it is now.
    pub async fn loss(&mut self, key: &str, who: Contender) -> Result<f64> {
        if who == Contender::PyTorch {
            return self.torch()?.loss().await;
        }
        Ok(self.ask("loss", json!([key])).await?.as_f64().unwrap_or(f64::NAN))
    }

    /// Lets go of all that is open.
    pub async fn close(&mut self) -> Result<()> {
        self.ask("close", json!([])).await.map(|_| ())
    }

    /// What the machine does in registers alone, FLOP a second.
    pub async fn peak(&self) -> Result<f64> {
        Ok(number(&self.ask("peak", json!([])).await?))
    }

    /// Bytes of the lab's memory when it has trained the network of this link, and nothing else.
    pub async fn memory(&self, query: &str) -> Result<f64> {
        self.fresh_page().await?;
        Ok(number(&self.ask("memory", json!([query])).await?))
    }

    /// What the page tried and its security policy forbade, which would explain a contender that fails.
    pub fn violations(&self) -> Vec<String> {
        self.page.site.violations()
    }

    fn torch(&mut self) -> Result<&mut Torch> {
        self.torch.as_mut().context("there is no PyTorch")
    }

    async fn ask(&self, what: &str, arguments: Value) -> Result<Value> {
        let Value::Array(arguments) = arguments else { bail!("arguments are a list") };
        let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
        self.page.call(&format!("return bench.{what}({})", arguments.join(", "))).await
    }
}
