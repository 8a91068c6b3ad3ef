package main

import (
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zitadel/oidc/v3/pkg/client"
	"github.com/zitadel/oidc/v3/pkg/crypto"
)

// world is what the example's own storage knows nothing of: projects, roles, and who has which key.
type world struct {
	organization organization
	// apis holds each API's project by the API's client id.
	apis map[string]string
	// users holds the service users by their ids.
	users map[string]serviceUser
	// keys holds public keys by the id of their owner, then by their own.
	keys map[string]map[string]*rsa.PublicKey
}

type organization struct {
	ID            string `json:"id"`
	PrimaryDomain string `json:"primaryDomain"`
}

type serviceUser struct {
	name string
	// project is where it has its roles.
	project string
	roles   []string
}

type description struct {
	Organization organization
	Projects     []struct {
		ID   string
		Name string
		APIs []struct {
			ClientID string `json:"clientId"`
			Key      string
		}
	}
	ServiceUsers []struct {
		ID            string
		UserName      string
		Key           string
		Authorization *struct {
			Project string
			Roles   []string
		}
	} `json:"service_users"`
}

// readWorld reads a description and the key files that it names, which lie beside it.
func readWorld(path string) (*world, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var described description
	if err := json.Unmarshal(text, &described); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	world := &world{
		organization: described.Organization,
		apis:         map[string]string{},
		users:        map[string]serviceUser{},
		keys:         map[string]map[string]*rsa.PublicKey{},
	}
	folder, projects := filepath.Dir(path), map[string]string{}
	for _, project := range described.Projects {
		projects[project.Name] = project.ID
		for _, api := range project.APIs {
			world.apis[api.ClientID] = project.ID
			// An API without one shows who it is by a password, which is no matter here.
			if api.Key == "" {
				continue
			}
			if err := world.register(api.ClientID, filepath.Join(folder, api.Key)); err != nil {
				return nil, err
			}
		}
	}
	for _, described := range described.ServiceUsers {
		user := serviceUser{name: described.UserName}
		if authorization := described.Authorization; authorization != nil {
			user.project, user.roles = projects[authorization.Project], authorization.Roles
		}
		world.users[described.ID] = user
		if err := world.register(described.ID, filepath.Join(folder, described.Key)); err != nil {
			return nil, err
		}
	}
	return world, nil
}

// register makes the public half of a key file known.
func (w *world) register(owner, path string) error {
	file, err := client.ConfigFromKeyFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	private, _, err := crypto.BytesToPrivateKey([]byte(file.Key))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	key, ok := private.(*rsa.PrivateKey)
	if !ok {
		return fmt.Errorf("%s: not an RSA key", path)
	}
	if w.keys[owner] == nil {
		w.keys[owner] = map[string]*rsa.PublicKey{}
	}
	w.keys[owner][file.KeyID] = &key.PublicKey
	return nil
}
