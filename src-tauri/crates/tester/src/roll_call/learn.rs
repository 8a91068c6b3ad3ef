//! Learning the project's id.
//!
//! The audience scope also takes the API's own `clientId` in place of the project's id, and the
//! role claim of such a token's introspection then names the project (recording
//! `introspect-ok-client-id-audience`). So issuer and key files are enough to begin with.

use std::collections::HashMap;

use contract::exchange::Purpose;
use zitadel_client::{
    introspection::About,
    token::{Token, TokenError, request_token},
};

use super::Running;

/// Tokens asked for while learning, by row.
pub(super) type Early = HashMap<String, Result<Token, TokenError>>;

impl Running {
    /// Asks for one token after the other with the `clientId` audience until one of them tells the
    /// project. Tokens that told nothing are kept: where nobody has a role they are as good as any.
    pub(super) async fn learn_project(&self) -> Early {
        let mut early = Early::new();
        if self.plan.project_id.is_some() || self.plan.scopes.is_some() || !self.only.is_all() {
            return early;
        }
        for member in &self.plan.members {
            let Ok(key) = &member.key.read else { continue };
            if self.is_expired(key) {
                continue;
            }
            let (http, issuer) = (&self.stage.http, &self.plan.discovery);
            let token = request_token(http, issuer, key, &self.scopes(), &member.label).await;
            let mut learned = None;
            // Who is in trouble is not asked for everybody in turn.
            let mut stuck = matches!(token, Err(TokenError::Transport(_)));
            if let Ok(token) = &token {
                let about = About {
                    request_id: None,
                    user: Some(member.label.clone()),
                    purpose: Purpose::Probe,
                };
                match self.stage.introspector.introspect(&token.value, about).await {
                    Ok(answer) => {
                        self.api_accepted();
                        learned = answer.learned_project_id();
                    }
                    // The calls will meet the same and say so.
                    Err(_) => stuck = true,
                }
            }
            if let Some(project_id) = learned {
                self.learn(&project_id);
                // From here on tokens name the project itself: a JWT made out to the client id
                // carries no roles and fits no API that checks it locally.
                early.retain(|_, token| token.is_err());
                return early;
            }
            early.insert(member.label.clone(), token);
            if stuck {
                return early;
            }
        }
        early
    }
}
