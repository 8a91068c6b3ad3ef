package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// worldStorage is the example's storage, which keeps the tokens, with the keys of a world, the
// audience that a scope asks for, and the role claims of ZITADEL.
type worldStorage struct {
	*storage.Storage
	world *world

	lock sync.Mutex
	// audiences holds whom each token is made out to, by the token's id.
	audiences map[string][]string
}

func newStorage(world *world) *worldStorage {
	return &worldStorage{
		Storage:   storage.NewStorage(userStore{world}),
		world:     world,
		audiences: map[string][]string{},
	}
}

// GetKeyByIDAndClientID finds the key that an assertion names, of a user as of an API.
func (s *worldStorage) GetKeyByIDAndClientID(_ context.Context, keyID, owner string) (*jose.JSONWebKey, error) {
	keys, ok := s.world.keys[owner]
	if !ok {
		return nil, errors.New("clientID not found")
	}
	key, ok := keys[keyID]
	if !ok {
		return nil, errors.New("key not found")
	}
	return &jose.JSONWebKey{KeyID: keyID, Use: "sig", Key: key}, nil
}

// ValidateJWTProfileScopes keeps what ZITADEL keeps, as far as it matters here; the example keeps
// `openid` alone.
func (s *worldStorage) ValidateJWTProfileScopes(_ context.Context, _ string, asked []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(asked), func(scope string) bool {
		_, named := audienceOf(scope)
		return !named && scope != oidc.ScopeOpenID && scope != oidc.ScopeProfile
	}), nil
}

// CreateAccessToken makes the token out to the projects that its scopes name, and to their APIs: the
// example looks for the asking API in the audience.
func (s *worldStorage) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	var asked, audience []string
	for _, scope := range request.GetScopes() {
		if id, named := audienceOf(scope); named {
			asked = append(asked, id)
			audience = append(audience, id)
			for clientID, project := range s.world.apis {
				if project == id {
					audience = append(audience, clientID)
				}
			}
		}
	}
	id, expiration, err := s.Storage.CreateAccessToken(ctx, madeOutTo{request, audience})
	if err == nil {
		s.lock.Lock()
		defer s.lock.Unlock()
		s.audiences[id] = asked
	}
	return id, expiration, err
}

// SetIntrospectionFromToken adds to the example's answer whom the token is made out to, and the
// user's roles on the asking API's project.
func (s *worldStorage) SetIntrospectionFromToken(ctx context.Context, answer *oidc.IntrospectionResponse, tokenID, subject, clientID string) error {
	if err := s.Storage.SetIntrospectionFromToken(ctx, answer, tokenID, subject, clientID); err != nil {
		return err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	answer.Audience = s.audiences[tokenID]

	user, project := s.world.users[subject], s.world.apis[clientID]
	if user.project != project || len(user.roles) == 0 {
		return nil
	}
	roles := map[string]map[string]string{}
	for _, role := range user.roles {
		roles[role] = map[string]string{s.world.organization.ID: s.world.organization.PrimaryDomain}
	}
	if answer.Claims == nil {
		answer.Claims = map[string]any{}
	}
	answer.Claims["urn:zitadel:iam:org:project:roles"] = roles
	answer.Claims["urn:zitadel:iam:org:project:"+project+":roles"] = roles
	return nil
}

// audienceOf is the id in `urn:zitadel:iam:org:project:id:{id}:aud`.
func audienceOf(scope string) (string, bool) {
	rest, ok := strings.CutPrefix(scope, "urn:zitadel:iam:org:project:id:")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, ":aud")
}

// madeOutTo is a request whose audience is the one that its scopes ask for. The library's own is
// that of the assertion: the issuer.
type madeOutTo struct {
	op.TokenRequest
	audience []string
}

func (r madeOutTo) GetAudience() []string {
	return r.audience
}

// userStore shows the world's service users as the example wants its users.
type userStore struct {
	world *world
}

func (u userStore) GetUserByID(id string) *storage.User {
	user, ok := u.world.users[id]
	if !ok {
		return nil
	}
	return &storage.User{ID: id, Username: user.name, FirstName: user.name}
}

func (u userStore) GetUserByUsername(name string) *storage.User {
	for id, user := range u.world.users {
		if user.name == name {
			return u.GetUserByID(id)
		}
	}
	return nil
}

// ExampleClientID belongs to the example's own 1024-bit key, which nobody uses here.
func (u userStore) ExampleClientID() string {
	return storage.ServiceUserID
}
